// What golang.org/x/mod, the log of Go's own checksums, says of the formats that we share with it.
//
//	tlog vectors             prints tests/cases/wire/vectors/tlog.json: roots, tiles, proofs and notes that it made
//	tlog check FOLDER VKEY   reads a log that we wrote (checkpoint, tile/..., *.tlog-proof): verifies its signature, every tile,
//	                         every entry, every proof, and prints "SIZE entries"; or why not, and ends with 1
//
// Debian: apt-get install golang-go golang-golang-x-mod-dev; GO111MODULE=off GOPATH=/usr/share/gocode go run tlog.go ...
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// path is a tile's path as tlog-tiles has it: x/mod's own names the height, too.
func path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

// tiles are those of a log of that size: x/mod lists the narrower ones, too, that each partial tile once was.
func tiles(size int64) (found []tlog.Tile) {
	all := tlog.NewTiles(height, 0, size)
	for at, tile := range all {
		if at+1 == len(all) || all[at+1].L != tile.L || all[at+1].N != tile.N {
			found = append(found, tile)
		}
	}
	return found
}

// Vectors.

type store []tlog.Hash

func (s store) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		found[at] = s[index]
	}
	return found, nil
}

type proof struct {
	Index  int64    `json:"index"`
	Hashes []string `json:"hashes"`
}

type tree struct {
	Size        int64             `json:"size"`
	Root        string            `json:"root"`
	Tiles       map[string]string `json:"tiles"`
	Inclusion   []proof           `json:"inclusion"`
	Consistency []proof           `json:"consistency"`
}

type signed struct {
	Note  string   `json:"note"`
	Vkeys []string `json:"vkeys"`
}

func texts(hashes []tlog.Hash) []string {
	found := []string{}
	for _, hash := range hashes {
		found = append(found, hash.String())
	}
	return found
}

func treeOf(size int64, hashes store) tree {
	made := tree{Size: size, Root: must(tlog.TreeHash(size, hashes)).String(), Tiles: map[string]string{}}
	for _, tile := range tiles(size) {
		sum := sha256.Sum256(must(tlog.ReadTileData(tile, hashes)))
		made.Tiles[path(tile)] = fmt.Sprintf("%x", sum)
	}
	for _, index := range []int64{0, 1, size / 3, size / 2, size - 2, size - 1} {
		if index >= 0 && index < size {
			made.Inclusion = append(made.Inclusion, proof{index, texts(must(tlog.ProveRecord(size, index, hashes)))})
			made.Consistency = append(made.Consistency, proof{index + 1, texts(must(tlog.ProveTree(size, index+1, hashes)))})
		}
	}
	return made
}

func signers(names ...string) (signers []note.Signer, vkeys []string) {
	for _, name := range names {
		seed := sha256.Sum256([]byte("attest test key, " + name))
		skey, vkey, err := note.GenerateKey(bytes.NewReader(seed[:]), name)
		if err != nil {
			log.Fatal(err)
		}
		signers, vkeys = append(signers, must(note.NewSigner(skey))), append(vkeys, vkey)
	}
	return signers, vkeys
}

func signedBy(text string, names ...string) signed {
	keys, vkeys := signers(names...)
	return signed{string(must(note.Sign(&note.Note{Text: text}, keys...))), vkeys}
}

func vectors() {
	var hashes store
	var trees []tree
	wanted := map[int64]bool{1: true, 2: true, 3: true, 7: true, 8: true, 255: true, 256: true, 257: true, 600: true, 65537: true}
	for n := int64(0); n < 65537; n++ {
		hashes = append(hashes, must(tlog.StoredHashes(n, []byte(fmt.Sprintf("entry %d", n)), hashes))...)
		if wanted[n+1] {
			trees = append(trees, treeOf(n+1, hashes))
		}
	}
	names := []string{"trust.harbourline.example/attestation/log", "witness.example/w\u00e4chter", "third.example"}
	notes := []signed{
		signedBy("a\n", names[0]),
		signedBy("a line,\n\n\nand an empty one, and one at the end: \u00e9\u2028.\n\n", names...),
		signedBy(fmt.Sprintf("%s\n7\n%s\n", names[0], trees[3].Root), names[0], names[2]),
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	if err := out.Encode(map[string]any{"trees": trees, "notes": notes}); err != nil {
		log.Fatal(err)
	}
}

// Check.

type folder string

func (f folder) Height() int { return height }

func (f folder) ReadTiles(tiles []tlog.Tile) (found [][]byte, err error) {
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(f), path(tile)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// opened is the tree of a signed checkpoint.
func opened(data []byte, vkey string) tlog.Tree {
	verifier := must(note.NewVerifier(vkey))
	lines := strings.Split(must(note.Open(data, note.VerifierList(verifier))).Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		log.Fatal("no checkpoint of this log")
	}
	return tlog.Tree{N: must(strconv.ParseInt(lines[1], 10, 64)), Hash: must(tlog.ParseHash(lines[2]))}
}

func (f folder) entries(size int64) (found [][]byte) {
	for _, tile := range tiles(size) {
		if tile.L != 0 {
			continue
		}
		data := must(os.ReadFile(filepath.Join(string(f), strings.Replace(path(tile), "tile/0/", "tile/entries/", 1))))
		for len(data) > 0 {
			end := 2 + int(data[0])<<8 + int(data[1])
			found, data = append(found, data[2:end]), data[end:]
		}
	}
	return found
}

func check(f folder, vkey string) {
	state := opened(must(os.ReadFile(filepath.Join(string(f), "checkpoint"))), vkey)
	reader := tlog.TileHashReader(state, f)
	entries := f.entries(state.N)
	if int64(len(entries)) != state.N {
		log.Fatalf("%d entries, not %d", len(entries), state.N)
	}
	var indexes []int64
	for n := range entries {
		indexes = append(indexes, tlog.StoredHashIndex(0, int64(n)))
	}
	for n, hash := range must(reader.ReadHashes(indexes)) { // read from tiles that were held against the root
		if hash != tlog.RecordHash(entries[n]) {
			log.Fatalf("entry %d is another one", n)
		}
	}
	for n := int64(0); n < state.N; n += 1 + state.N/300 {
		if err := tlog.CheckRecord(must(tlog.ProveRecord(state.N, n, reader)), state.N, state.Hash, n, tlog.RecordHash(entries[n])); err != nil {
			log.Fatal(err)
		}
	}
	for _, name := range must(filepath.Glob(filepath.Join(string(f), "*.tlog-proof"))) {
		head, checkpoint, _ := strings.Cut(string(must(os.ReadFile(name))), "\n\n")
		lines := strings.Split(head, "\n")
		index := must(strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64))
		var hashes tlog.RecordProof
		for _, line := range lines[2:] {
			hashes = append(hashes, must(tlog.ParseHash(line)))
		}
		then := opened([]byte(checkpoint), vkey)
		if err := tlog.CheckRecord(hashes, then.N, then.Hash, index, tlog.RecordHash(entries[index])); err != nil {
			log.Fatal(err)
		}
		if err := tlog.CheckTree(must(tlog.ProveTree(state.N, then.N, reader)), state.N, state.Hash, then.N, then.Hash); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("%d entries\n", state.N)
}

func main() {
	log.SetFlags(0)
	switch {
	case len(os.Args) == 2 && os.Args[1] == "vectors":
		vectors()
	case len(os.Args) == 4 && os.Args[1] == "check":
		check(folder(os.Args[2]), os.Args[3])
	default:
		log.Fatal("tlog vectors | tlog check FOLDER VKEY")
	}
}

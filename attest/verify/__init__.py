"""A signed trust center and a reader's trust, in; one answer, out. Nothing here opens a file, asks the network or the clock, or prints.

    source (bytes by path) + trust (pins) + now + what was last seen   ->   Answer: a word, an exit code, five steps, why

    step         no.  what is asked                                                                          file
    integrity     1   the bundle parses: one signature, hint equal to keyid                                  envelope
                  2   the payload is an in-toto statement of the one predicate type that is known            envelope
                  3   the key that the hint names signed the payload's PAE; the statement names the same key envelope
                  6   SHA256SUMS and assessment.json are the signed subjects, statement.json is the payload,
                      SHA256SUMS.sig is the same key's                                                       subjects
                  7   every listed file is there and as listed, at least one page, none unlisted             files
                  8   totals, basis, claims, withheld, commitments and frameworks recomputed; both documents
                      say the same; each verdict agrees with its checks                                      record
                  9   each control's page carries its block once, no other page carries one                  blocks
    signer        4   the key is pinned for this center and the role issuer, now; or a pinned key leads to it
                      by announcements in the log; and the log did not retire it before this release         signer, accepted
                  4 and, where the reader asks DNS: its keys are pins, or do not contradict those that are there named
    freshness     5   issuedAt <= now < validUntil                                                           freshness
    history      13   where the statement has a log: its checkpoint is signed by the key that the statement
                      names (and the pin, if it names one), its entries lead to the checkpoint's root, its
                      tiles follow from them, the proof leads from the release's entry to the same log       log, tree
                 10   every held release is signed by a key that counts at its place, numbered, and named by
                      the next; no log is dropped or exchanged                                               history
                 14   every held payload stands where it says, after the log that it says; what was declared
                      void was not signed; each release has one entry, in their order; none is newer         places
                 15   every other entry's statement is there, this center's, by a key that counts at its
                      place; whether one of them withdraws the release                                       later
                 10   what was last seen, release and log, is an ancestor; so is what --since names          descent
    claims       11   the denominator, and what lapsed since: evidence, plans, decisions                     claims
    4, 8, 11          what a person affirmed is the signed act that is listed, and whose key that is         affirmation
                 12   where anything does not match, bundle and checkpoint are read again, and if one of them
                      changed all starts over, three times at most: a release may be switched while we read  verifier

Steps run in the order of this list, the signer after the log, since it says which keys count; every one that can run does, so that an
answer names all that is wrong. A step says no only of what it saw: what cannot be reached or read is "could not tell", and nothing turns
that into a yes. Where the signed statement has a log, what is missing of it is a no: never is it taken for "no log".

A bundle alone goes through 1 to 5 and says what it leaves open (``verifier``); held against its center's site, through 10 to 15 as well,
without that site's files (``in_log``). Signed answers to a questionnaire go through 1 to 5 as well (``answered``). Absent on purpose: a
clock tolerance (a reader's clock is the reader's), certificate chains, and witnesses, whose lines on a checkpoint are passed over.
"""

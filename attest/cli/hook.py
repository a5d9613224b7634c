"""Publish by git push: install, remove or run the hooks of a repository.

The server's repository gets two hooks. A push to the branch is checked first, and rejected with every problem where there is one;
then it is built, signed and published. Keys locked with a passphrase need ATTEST_PASSPHRASE where git runs the hooks.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from attest import hook
from attest.cli import ui
from attest.cli.keys import add_folder, described, folder_of
from attest.cli.publish import directory_of


def add(parser: argparse.ArgumentParser) -> None:
    """Declares one action each; the last two are what git calls."""
    actions = parser.add_subparsers(dest="action", metavar="install|remove|run", required=True)
    install = actions.add_parser("install", help="write the hooks into REPO; pushes are checked and published to DEST")
    install.add_argument("--to", metavar="DEST", required=True, help="where releases go: a link that publishing makes")
    install.add_argument("--branch", metavar="NAME", default="main", help="the branch that is published (default: main)")
    add_folder(install)
    remove = actions.add_parser("remove", help="take the hooks out of REPO; what was published stays")
    run = actions.add_parser("run", help="publish REPO's branch as it is: after a push that was stored and not published")
    called = [actions.add_parser(name) for name in hook.HOOKS]
    for action in (install, remove, run, *called):
        action.add_argument("repo", metavar="REPO", help="the git repository that is pushed to, bare or not")


def run(arguments: argparse.Namespace) -> int:
    """Runs one action; its exit code, or an AttestError."""
    folder = Path(arguments.repo).absolute()
    if arguments.action == "install":
        return _install(folder, arguments)
    if arguments.action == "remove":
        return _remove(folder)
    if arguments.action == "run":
        return hook.run(folder, ui.say)
    updates = hook.parse_updates(sys.stdin.read())
    return _check(folder, updates) if arguments.action == "pre-receive" else _publish(folder, updates)


def _install(folder: Path, arguments: argparse.Namespace) -> int:
    at = folder_of(arguments.keys).absolute()
    shown = described(at)
    destination = directory_of(arguments.to)
    destination.empty()
    written = hook.install(folder, hook.Settings(destination.dest, at, arguments.branch))
    for path in written:
        ui.say(f"wrote {path}")
    ui.say(f"a push to {arguments.branch} is checked, and published to {destination.dest}")
    ui.data(f"fingerprint to pin: {shown['fingerprint']}")
    return 0


def _remove(folder: Path) -> int:
    removed = hook.remove(folder)
    ui.say("\n".join(f"removed {path}" for path in removed) or f"there was no hook of ours in {folder}")
    return 0


def _check(folder: Path, updates: tuple[hook.Update, ...]) -> int:
    quarantine = [path for name in ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES") for path in os.environ.get(name, "").split(os.pathsep) if path]
    code = hook.pre_receive(folder, updates, [str(Path(path).resolve()) for path in quarantine])
    if code:
        ui.error("the push was rejected, nothing changed on the server", "mend what is listed above, commit, and push again; `attest check` finds the same at home")
    return code


def _publish(folder: Path, updates: tuple[hook.Update, ...]) -> int:
    code = 3
    try:
        code = hook.post_receive(folder, updates, ui.say)
    finally:
        if code:
            ui.error("the push is stored, but it is not published", f"what was published before is served still; mend it, then run on the server: attest hook run {folder}")
    return code

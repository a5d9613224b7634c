"""Print completions for your shell.

    attest completion bash > ~/.local/share/bash-completion/completions/attest
    attest completion zsh  > "${fpath[1]}/_attest"
"""

from __future__ import annotations

import argparse

from attest.cli import ui


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"))


def run(arguments: argparse.Namespace) -> int:
    """Prints the script; 0."""
    import shtab

    from attest.cli import VERBS, parser_of

    ui.data(shtab.complete(parser_of(list(VERBS)), shell=arguments.shell))
    return 0

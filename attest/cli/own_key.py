"""A person's own key, opened to sign what that person says: an affirmation, or answers. Never the key that signs releases.

Every payload that the releases' key signs is an entry of the center's log, and readers pin it for the center; what a person says is neither.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from attest.cli.keys import folder_of
from attest.cli.passphrase import passphrase_source
from attest.errors import CouldNotTell, Refused, WrongUse
from attest.keys import public_of
from attest.signers.interface import Signer
from attest.signers.keyfile import open_keyfile


def own_key(file: Path, act: str) -> Signer:
    """The key in that file, to ``act`` with: "affirm". Raises WrongUse for the key that signs releases, where the keys folder can be seen from here, and as ``open_keyfile``."""
    signer = open_keyfile(file, passphrase_source())
    publishing = None
    with suppress(WrongUse, Refused, CouldNotTell):
        publishing = public_of(folder_of(None))
    if publishing == signer.spki:
        raise WrongUse("that is the key that signs releases", f"{act} with a key of your own: `attest keys new --person FILE` makes one")
    return signer

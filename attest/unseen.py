r"""Characters that are not seen, made visible, wherever text that somebody else wrote is shown: they would draw over it, or turn it around.

    "Fjord\u202ehost"  ->  the same eleven characters and a backslash, u, 2, 0, 2, e in the place of the one
"""

from __future__ import annotations

import unicodedata

_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def visible(text: str) -> str:
    r"""The text with every control, direction and line-breaking character but the line feed shown as ``\uXXXX``."""
    return "".join(char if char == "\n" or unicodedata.category(char) not in _UNSEEN else f"\\u{ord(char):04x}" for char in text)

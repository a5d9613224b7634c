"""The core opens nothing: an audit hook in a fresh process fails the first file, socket, process or clock-driven surprise.

Also: what a stranger runs to verify stays light.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap

SEALED = """
import sys
from tests.test_record import SECRET, harbour
from tests.centers import NOON
from attest.record import project
from attest.published import claims_of
from attest.statement import ASSESSMENT, MANIFEST, parse_statement, print_statement, release_fields
from attest.times import parse_moment

project(harbour(), SECRET, 1, "0")  # what Python itself imports late (a codec) is imported now
FORBIDDEN = ("open", "os.", "socket.", "subprocess.", "shutil.", "tempfile.", "urllib.", "glob.", "time.sleep", "sqlite3.")

def refuse(event, arguments):
    if event.startswith(FORBIDDEN):
        raise AssertionError(f"the core did {event} {arguments!r}")

sys.addaudithook(refuse)
record = project(harbour(), SECRET, 2, "0")
fields = release_fields(2, (1, "cd" * 32), NOON, parse_moment("2026-12-20T00:00:00Z"), b"key", None)
parse_statement(print_statement(record, claims_of(record["controls"]), {MANIFEST: "01" * 32, ASSESSMENT: "02" * 32}, fields))
print("sealed")
"""

HEAVY = {"yaml", "pydantic", "jinja2", "mkdocs", "material", "markdown", "nh3"}


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_core_opens_nothing() -> None:
    assert run(SEALED) == "sealed\n"


def test_the_hook_would_notice() -> None:
    done = subprocess.run([sys.executable, "-c", SEALED.replace('print("sealed")', 'open("x")')], capture_output=True, text=True, check=False)
    assert "the core did open" in done.stderr


def test_verifying_and_the_version_import_nothing_heavy() -> None:
    for argv in (["--version"], ["verify", "--help"], ["verify", "/nowhere"], ["trust", "--help"]):
        loaded = run(f"""
            import sys
            from attest.cli import main
            try:
                main({argv!r})
            except SystemExit:
                pass
            print("|".join(sys.modules))
        """)
        assert not HEAVY & set(loaded.splitlines()[-1].split("|")), argv

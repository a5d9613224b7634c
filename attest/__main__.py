"""``python -m attest`` is the command."""

import sys

from attest.cli import main

sys.exit(main())

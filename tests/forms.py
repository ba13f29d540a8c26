"""The two forms of tests that repeat something many times.

The short form runs each day and shows each thing once; the long one, which `make hostile` asks for by
CONSULT_TEST_FULL=1, repeats it as often as the promise asks.
"""

from __future__ import annotations

import os

FULL = os.environ.get("CONSULT_TEST_FULL") == "1"
"""Whether the long form was asked for."""

"""`make bench`: the parts of one process, and a whole server."""

from __future__ import annotations

import sys

from handrail.app.bench import server
from handrail.app.prod.program import end_what_was_started
from handrail.evals.bench.__main__ import main
from handrail.evals.bench.part import Part
from handrail.evals.bench.parts import PARTS

SERVER = Part("server", "A server beside an empty graph", server.measure, server.budgets)

if __name__ == "__main__":
    end_what_was_started()
    sys.exit(main([*PARTS, SERVER]))

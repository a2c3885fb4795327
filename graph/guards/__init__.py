"""The guards: one file each, one signature; a line here puts one into the drawing."""

from __future__ import annotations

from handrail.graph.guards.account_closure import account_closure
from handrail.graph.guards.human_request import human_request
from handrail.graph.guards.injection import injection
from handrail.graph.guards.legal import legal
from handrail.graph.guards.sentiment import sentiment
from handrail.graph.guards.vip import vip

GUARDS = {
    "sentiment": sentiment,
    "legal": legal,
    "vip": vip,
    "account_closure": account_closure,
    "human_request": human_request,
    "injection": injection,
}

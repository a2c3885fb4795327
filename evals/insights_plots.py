"""Draw insights as SVG. Needs the `report` extra."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handrail.evals.escalations import ReasonCount
from handrail.evals.plots import INK, LINE, MARK, SOFT, canvas, svg
from handrail.evals.quality import percent
from handrail.store.csat.figures import PathFigure
from handrail.store.csat.protocol import ResolutionPath

PATH_NAMES: dict[ResolutionPath, str] = {
    "ai": "AI",
    "human": "person",
    "ai_then_human": "AI, then a person",
}
REASONS_SHOWN = 14
QUIET = "#5d7784"


def csat_by_path(csat: Mapping[ResolutionPath, PathFigure], bar: float) -> str:
    """Draw the share rated 4 or 5 of each path, its interval and n; withheld paths say why."""
    figure, axes = canvas(height=3.4)
    for place, (path, found) in enumerate(csat.items()):
        if found.satisfied is None or found.low is None or found.high is None:
            reason = (found.withheld or "").replace(" ratings", "\nratings")
            axes.text(place, 0.5, f"withheld:\n{reason}", ha="center", va="center", color=QUIET,
                      fontsize=9, bbox={"facecolor": "white", "edgecolor": "none"})  # fmt: skip
        else:
            axes.plot([place, place], [found.low, found.high], color=SOFT, linewidth=6,
                      solid_capstyle="round")  # fmt: skip
            axes.plot(place, found.satisfied, "o", color=INK, markersize=9)
            axes.annotate(percent(found.satisfied, 1), (place, found.satisfied), xytext=(11, 0),
                          textcoords="offset points", va="center", color=INK)  # fmt: skip
        if path == "ai":
            axes.plot([place - 0.3, place + 0.3], [bar, bar], color=MARK, linewidth=1.2)
            axes.annotate(f"bar {percent(bar)}", (place - 0.3, bar), xytext=(0, 3), color=MARK,
                          textcoords="offset points", fontsize=8)  # fmt: skip
    names = [f"{PATH_NAMES[path]}\nn = {found.n}" for path, found in csat.items()]
    axes.set_xticks(range(len(names)), names, fontsize=9)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_ylim(0, 1.03)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_ylabel("rated 4 or 5, 95 % interval", color=INK, fontsize=9)
    return svg(figure)


def escalations_by_reason(found: Sequence[ReasonCount]) -> str:
    """Draw how many handoffs had each reason: first in dark, mentioned beside others in light."""
    shown = list(reversed(found[:REASONS_SHOWN]))
    figure, axes = canvas(height=max(3.4, 0.34 * len(shown) + 1))
    places = range(len(shown))
    mentioned = axes.barh(places, [count.mentioned for count in shown], color=LINE, height=0.66,
                          label="among the reasons")  # fmt: skip
    axes.barh(places, [c.first for c in shown], color=INK, height=0.66, label="first reason")
    axes.bar_label(mentioned, [f"{c.first} of {c.mentioned}" for c in shown], padding=4,
                   color=INK, fontsize=8)  # fmt: skip
    names = [count.reason.replace("_", " ") for count in shown]
    axes.set_yticks(places, names, fontsize=9, parse_math=False)
    axes.set_xlim(0, max((count.mentioned for count in shown), default=1) * 1.18)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel("handoffs", color=INK, fontsize=9)
    figure.legend(frameon=False, fontsize=8, ncols=2, loc="outside upper right", labelcolor=INK)
    return svg(figure)

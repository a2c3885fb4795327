"""Draw the figures of a report as SVG. Needs the `report` extra; without it, None is returned."""

from __future__ import annotations

import importlib.util
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

INK, SOFT, MARK, LINE = "#1d3b4a", "#8fb3c2", "#d1603d", "#c9d3d8"
BINS = 10
TOPICS_SHOWN = 14


def can_draw() -> bool:
    """Tell whether matplotlib is installed."""
    return importlib.util.find_spec("matplotlib") is not None


def reliability(points: Sequence[tuple[float, bool]]) -> str:
    """Draw stated confidence against the share that was right; bars say how many rows."""
    figure, axes = canvas()
    stated, right = np.array([p for p, _ in points]), np.array([r for _, r in points])
    bins = np.minimum((stated * BINS).astype(int), BINS - 1)
    axes.plot([0, 1], [0, 1], color=LINE, linestyle="--", linewidth=1)
    for b in range(BINS):
        inside = bins == b
        if inside.any():
            axes.bar((b + 0.5) / BINS, inside.mean(), width=0.9 / BINS, color=SOFT, alpha=0.45)
            axes.plot(stated[inside].mean(), right[inside].mean(), "o", color=INK, markersize=6)
    _label(axes, "stated confidence", "share that was right (bars: share of rows)")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.03)
    return svg(figure)


def over_time(seconds: Sequence[float], lines: Mapping[str, Sequence[float]], what: str) -> str:
    """Draw figures over the seconds since a start, a line for each name."""
    figure, axes = canvas()
    for (name, values), color in zip(lines.items(), (INK, MARK, SOFT), strict=False):
        axes.plot(seconds, values, color=color, linewidth=2, label=name)
    _label(axes, "seconds", what)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=9)
    return svg(figure)


def risk_coverage(points: Sequence[tuple[float, bool]], line: float) -> str:
    """Draw the share of wrong answers against the share answered; the threshold is marked."""
    figure, axes = canvas()
    ranked = sorted(points, key=lambda point: -point[0])
    wrong = np.cumsum([not right for _, right in ranked])
    counts = np.arange(1, len(ranked) + 1)
    axes.plot(counts / len(ranked), wrong / counts, color=INK, linewidth=2)
    kept = sum(p >= line for p, _ in ranked)
    if kept:
        axes.plot(kept / len(ranked), wrong[kept - 1] / kept, "o", color=MARK, markersize=8)
        axes.annotate(
            f"at {line:g}: {kept / len(ranked):.0%} answered, {wrong[kept - 1] / kept:.1%} wrong",
            (kept / len(ranked), wrong[kept - 1] / kept), xytext=(0.04, 0.9),
            textcoords="axes fraction", color=MARK, fontsize=9,
            arrowprops={"arrowstyle": "-", "color": MARK, "linewidth": 0.8},
        )  # fmt: skip
    _label(axes, "share of rows that would be answered", "share of those that is wrong")
    axes.set_xlim(0, 1.02)
    axes.set_ylim(bottom=0)
    return svg(figure)


def confusion(pairs: Sequence[tuple[str, str]]) -> str:
    """Draw what was wanted against what was decided, as shares of each row."""
    wanted = sorted({w for w, _ in pairs})
    decided = [name for name, _ in Counter(d for _, d in pairs).most_common(TOPICS_SHOWN)]
    counts = Counter(pairs)
    table = np.array([[counts[w, d] for d in decided] for w in wanted], dtype=float)
    totals = np.array([[sum(n for (w2, _), n in counts.items() if w2 == w)] for w in wanted])
    figure, axes = canvas(width=7.6, height=0.5 * len(wanted) + 2.4)
    axes.imshow(table / totals, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for i, j in np.argwhere(table > 0):
        dark = table[i, j] / totals[i, 0] > 0.5  # noqa: PLR2004
        axes.text(j, i, int(table[i, j]), ha="center", va="center", fontsize=8,
                  color="white" if dark else INK)  # fmt: skip
    axes.set_xticks(range(len(decided)), decided, rotation=40, ha="right", fontsize=8)
    axes.set_yticks(range(len(wanted)), wanted, fontsize=8)
    _label(axes, "decided", "wanted")
    return svg(figure)


def latency(milliseconds: Sequence[float]) -> str:
    """Draw how long decisions took; the median and the 95th percentile are marked."""
    figure, axes = canvas()
    most = float(np.percentile(milliseconds, 99))
    axes.hist(np.clip(milliseconds, 0, most), bins=40, color=SOFT)
    for share, name in ((50, "median"), (95, "p95")):
        at = float(np.percentile(milliseconds, share))
        axes.axvline(at, color=MARK, linewidth=1)
        axes.text(at, axes.get_ylim()[1] * 0.95, f" {name} {at:.1f} ms", color=MARK, fontsize=9)
    _label(axes, "milliseconds a decision", "rows")
    return svg(figure)


def canvas(width: float = 5.4, height: float = 3.8) -> tuple[Any, Any]:
    """Return an empty figure of this size in inches, and its axes."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - an extra, and slow to import

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=INK, labelsize=8)
    return figure, axes


def _label(axes: Any, across: str, up: str) -> None:
    axes.set_xlabel(across, color=INK, fontsize=9)
    axes.set_ylabel(up, color=INK, fontsize=9)


def svg(figure: Any) -> str:
    """Return a figure as an SVG element, the same for the same figure."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]

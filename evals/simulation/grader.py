"""Grade how a conversation ended, against how it had to end. Pure: the same end, the same grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handrail.evals.simulation.ending import Ending
from handrail.evals.simulation.task import Task, WantedEnd, WantedHandoff
from handrail.store.accounts import ResetRequestRow

RESETS = ResetRequestRow.__tablename__


@dataclass(frozen=True)
class Failure:
    """What differed: the name of it, and what was wanted and found."""

    name: str
    detail: str


def grade(task: Task, ending: Ending) -> list[Failure]:
    """Return everything that differed; nothing where the task was passed."""
    wanted = task.ends
    return [
        *_course(task, ending),
        *_owner(wanted, ending),
        *_handoffs(wanted.handoffs, ending),
        *_words(wanted, ending),
        *_effects("errand", [(e.kind, e.to) for e in wanted.errands], ending.errands),
        *_effects("mail", [(m.kind, m.to) for m in wanted.mails], ending.mails),
        *_effects("alert", [(queue,) for queue in wanted.alerts], [(q,) for q in ending.alerts]),
        *_tables(wanted, ending),
    ]


def _course(task: Task, ending: Ending) -> list[Failure]:
    """Return what must not happen in any conversation."""
    found = []
    if ending.broke:
        found.append(Failure("broke", ending.broke))
    if not ending.finished:
        found.append(Failure("too_long", f"not over after {task.turns} turns"))
    if ending.mute:
        found.append(Failure("no_outcome", f"{ending.mute} turns without an outcome"))
    if ending.talked_over:
        what = f"the agent spoke in {ending.talked_over} turns that a person owned"
        found.append(Failure("talked_over", what))
    if any(code in ending.said.replace(" ", "") for code in ending.codes):
        found.append(Failure("secret_said", "the agent wrote a one-time code"))
    return found


def _owner(wanted: WantedEnd, ending: Ending) -> list[Failure]:
    fits = {"ai": {"ai", "closed"}, "human": {"human"}, "closed": {"closed"}}[wanted.owner]
    if ending.owner in fits:
        return []
    return [Failure("wrong_owner", f"wanted {wanted.owner}, is {ending.owner}")]


def _handoffs(wanted: Sequence[WantedHandoff], ending: Ending) -> list[Failure]:
    """Compare what the graph decided, and then what the desk got, each with what was wanted."""
    found = []
    decided, kept = ending.escalations, ending.handoffs
    for place, one in enumerate(wanted):
        if place >= len(decided) or place >= len(kept):
            lost = ", decided and not kept" if place < len(decided) else ""
            found.append(Failure("missing_handoff", f"wanted {_shown(one)}{lost}"))
            continue
        queue, reasons = kept[place]
        for where, given in (("decided", decided[place]), ("at the desk", reasons)):
            if not _are(one.reasons, given):
                what = f"{where}: wanted {_shown(one)}, got {', '.join(given)}"
                found.append(Failure("wrong_reason", what))
        if queue != one.queue:
            found.append(Failure("wrong_queue", f"wanted {one.queue}, got {queue}"))
    beyond = [*decided[len(wanted) :]] or [reasons for _, reasons in kept[len(wanted) :]]
    found += [Failure("unneeded_handoff", ", ".join(reasons)) for reasons in beyond]
    return found


def _are(slots: Sequence[Sequence[str]], given: Sequence[str]) -> bool:
    """Tell whether the reasons fill the slots, one each and none left over."""
    if len(slots) != len(set(given)):
        return False
    if not slots:
        return True
    first, rest = slots[0], slots[1:]
    return any(
        _are(rest, [other for other in given if other != one]) for one in given if one in first
    )


def _shown(handoff: WantedHandoff) -> str:
    return ", ".join(" or ".join(slot) for slot in handoff.reasons)


def _words(wanted: WantedEnd, ending: Ending) -> list[Failure]:
    cited = ", ".join(sorted(ending.cited)) or "nothing"
    return [
        *(
            Failure("not_cited", f"wanted {' or '.join(any_of)}, cited {cited}")
            for any_of in wanted.cites
            if not ending.cited & set(any_of)
        ),
        *(
            Failure("not_said", " or ".join(any_of))
            for any_of in wanted.says
            if not any(words.casefold() in ending.said for words in any_of)
        ),
        *(
            Failure("forbidden_words", words)
            for words in wanted.never_says
            if words.casefold() in ending.said
        ),
    ]


def _effects(
    name: str, wanted: Iterable[tuple[str, ...]], done: Iterable[tuple[str, ...]]
) -> list[Failure]:
    """Compare what was asked for or sent, however often each."""
    should, did = Counter(wanted), Counter(done)
    return [
        *(Failure(f"missing_{name}", " ".join(one)) for one in (should - did).elements()),
        *(Failure(f"extra_{name}", " ".join(one)) for one in (did - should).elements()),
    ]


def _tables(wanted: WantedEnd, ending: Ending) -> list[Failure]:
    """Allow one row for each link that is mailed, and no other write."""
    links = sum(mail.kind == "reset" for mail in wanted.mails)
    should = {RESETS: links} if links else {}
    return [
        Failure("other_write", f"{table}: {ending.changed.get(table, 0)} rows, not {count}")
        for table in sorted({*should, *ending.changed})
        for count in [should.get(table, 0)]
        if ending.changed.get(table, 0) != count
    ]

"""Was the promise kept? Decided from what is kept and what customers saw. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handrail.app.chaos.outcome import has_outcome, is_answer, is_notice, mark_of, spoken_over
from handrail.app.chaos.played import Conversation
from handrail.app.chaos.world import Kept


@dataclass
class Findings:
    """What went wrong, each as a line to look into; all empty where every promise was kept."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    spoken_over: list[str] = field(default_factory=list)
    without_owner: list[str] = field(default_factory=list)

    def are_none(self) -> bool:
        """Tell whether nothing was found."""
        return not (self.lost or self.doubled or self.spoken_over or self.without_owner)


def judge(played: Sequence[Conversation], kept: Mapping[str, Kept]) -> Findings:
    """Hold what is kept of each conversation against what its customer was told."""
    found = Findings()
    for conversation in played:
        facts, thread = kept[conversation.thread], conversation.thread
        messages = facts.values.get("messages") or []
        found.lost += _lost(conversation, facts, messages)
        found.doubled += _doubled(conversation, facts, messages)
        found.spoken_over += [f"{thread}: {it}" for it in spoken_over(messages)]
        found.without_owner += _without_owner(conversation, facts)
    return found


def _lost(
    conversation: Conversation, facts: Kept, messages: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return messages that were taken and do not stand, in the thread or with the person."""
    standing = {it.get("id") for it in messages}
    handed_over = {it["message_id"] for one in facts.handoffs for it in one["transcript"]}
    lost = []
    for said in conversation.said:
        if said.accepted and said.id not in standing:
            lost.append(f"{conversation.thread}: {said.text!r} is not in the thread")
        elif said.id in _of_people(messages) and said.id not in handed_over:
            lost.append(f"{conversation.thread}: {said.text!r} is in no packet")
    return lost


def _of_people(messages: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the customer's messages that a person has to have: all up to the end of a stretch."""
    found: set[str] = set()
    before: set[str] = set()
    with_person = False
    for message in messages:
        if message.get("type") == "human":
            before.add(str(message.get("id")))
        if is_notice(message):
            with_person = True
        elif mark_of(message).get("ends"):
            with_person = False
            before.clear()
        if with_person:
            found |= before
    return found


def _doubled(
    conversation: Conversation, facts: Kept, messages: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return what stands twice: messages, answers to one message, notices, packets."""
    thread, found = conversation.thread, []
    theirs = Counter(str(it.get("content")) for it in messages if it.get("type") == "human")
    sent = Counter(said.text for said in conversation.said)
    found += [f"{thread}: {text!r} stands {n} times" for text, n in (theirs - sent).items()]
    answers: Counter[str] = Counter()
    last = ""
    for message in messages:
        if message.get("type") == "human":
            last = str(message.get("id"))
        elif is_answer(message) or is_notice(message):
            answers[last] += 1
    found += [f"{thread}: {n} replies to {it}" for it, n in answers.items() if n > 1]
    keys = Counter(one["key"] for one in facts.handoffs)
    found += [f"{thread}: {n} packets of {key}" for key, n in keys.items() if n > 1]
    for one in facts.handoffs:
        lines = Counter(it["text"] for it in one["transcript"] if it["role"] == "customer")
        found += [f"{thread}: {it!r} is {n} times in a packet" for it, n in (lines - sent).items()]
    replies = sum(mark_of(it).get("author") == "human" and bool(it.get("content"))
                  for it in messages)  # fmt: skip
    asked = sum(acted.act == "reply" for acted in conversation.acts)
    if replies > asked:
        found.append(f"{thread}: {replies} replies of a person, {asked} were written")
    return found


def _without_owner(conversation: Conversation, facts: Kept) -> list[str]:
    """Return why a conversation has nobody, or a message nothing that its customer can see."""
    thread, found = conversation.thread, []
    for said in conversation.said:
        if not said.accepted:
            found.append(f"{thread}: {said.text!r} was never taken")
        elif not has_outcome(facts.values, said.id):
            found.append(f"{thread}: {said.text!r} has no outcome")
    if facts.stage is None and not found:
        found.append(f"{thread}: nobody owns it")
    return found

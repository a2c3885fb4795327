"""Reviews in memory: for replay and tests, gone when the process ends."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from handrail.store.reviews.protocol import Conversation, NotPicked, Pick, Review, Verdict


class MemoryReviews:
    """Keep the same promises as the SQL adapter, in dictionaries, for one event loop."""

    def __init__(self) -> None:
        self._conversations: dict[str, Conversation] = {}
        self._picks: dict[str, Pick] = {}
        self._verdicts: list[Verdict] = []

    async def keep(self, conversation: Conversation) -> None:
        """Keep a conversation, once for each key: the first call freezes it."""
        self._conversations.setdefault(conversation.key, copy.deepcopy(conversation))

    async def conversation(self, key: str) -> Conversation | None:
        """Return the conversation of "thread:episode", None where none was kept."""
        return copy.deepcopy(self._conversations.get(key))

    async def pick(self, picks: Sequence[Pick]) -> None:
        """Note what was picked, once for each key: the first pick of an episode stays."""
        for pick in picks:
            self._picks.setdefault(pick.key, pick)

    async def give(self, verdict: Verdict) -> bool:
        """Keep a verdict, unless the reviewer's last one says the same. Raises NotPicked."""
        if verdict.key not in self._picks:
            raise NotPicked(verdict.key)
        last = self._latest(verdict.key).get(verdict.by)
        if last and (last.finding, last.note) == (verdict.finding, verdict.note):
            return False
        self._verdicts.append(verdict)
        return True

    async def given(self, key: str) -> Sequence[Verdict]:
        """Return every verdict on an episode, corrected ones too, oldest first."""
        return [verdict for verdict in self._verdicts if verdict.key == key]

    async def list(self) -> Sequence[Review]:
        """Return everything that was picked, the earliest picks first."""
        picks = sorted(self._picks.values(), key=lambda pick: (pick.at, pick.key))
        return [Review(pick, tuple(self._latest(pick.key).values())) for pick in picks]

    def _latest(self, key: str) -> dict[str, Verdict]:
        found = {verdict.by: verdict for verdict in self._verdicts if verdict.key == key}
        return dict(sorted(found.items()))

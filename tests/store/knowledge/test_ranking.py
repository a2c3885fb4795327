"""The ranker's arithmetic, against the same sums written out."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from handrail.store.knowledge.ranking import GAMMA, LETTERS, NEARNESS, RIDGE, Ranker, Rows

ROWS = [
    ("a", True, "Our tents and what they weigh"),
    ("b", True, "How refunds arrive"),
    ("b", False, "where is my money"),
    ("b", False, "when is a refund paid"),
    ("b", False, "how long does a refund take"),
    ("c", False, "do you sell stoves"),
]


@pytest.mark.parametrize("asked", ["when is my refund here", "???", "tents tents"])
def test_ranks_are_the_kernel_sums_they_say(asked):
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(len(ROWS) + 1, 512)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pool, vector = vectors[:-1], vectors[-1]
    passages, is_text, texts = (list(column) for column in zip(*ROWS, strict=True))
    found = Ranker(Rows(passages, pool, texts, np.array(is_text))).rank(vector, asked, 3)

    weigher = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    letters = weigher.fit_transform(texts).toarray()
    owned = np.array([[one == name for name in "abc"] for one in passages])
    kernel = np.exp(-GAMMA * ((pool[:, None] - pool) ** 2).sum(axis=2)) + LETTERS * (
        letters @ letters.T
    )
    dual = np.linalg.solve(kernel + RIDGE * np.eye(len(ROWS)), owned - 1 / 3)
    near = pool @ vector
    spelled = letters @ weigher.transform([asked]).toarray()[0]
    learned = (np.exp(2 * GAMMA * (near - 1)) + LETTERS * spelled) @ dual
    by_hand = {}
    for place, name in enumerate("abc"):
        own = [n for n, one in zip(near, ROWS, strict=True) if one[:2] == (name, True)]
        questions = sorted(n for n, one in zip(near, ROWS, strict=True) if one[:2] == (name, False))
        means = [np.mean(some) for some in (own, questions[-2:]) if some]
        by_hand[name] = (max(means), learned[place] + NEARNESS * sum(means))
    assert {one.passage: (one.similarity, one.rank) for one in found} == {
        name: pytest.approx(pair, abs=1e-5) for name, pair in by_hand.items()
    }
    assert [one.rank for one in found] == sorted((one.rank for one in found), reverse=True)

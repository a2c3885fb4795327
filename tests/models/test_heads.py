"""The kernel machine: what it learns, what it keeps, and what its probabilities are worth."""

import numpy as np
import pytest

from handrail.models import confidence
from handrail.models.examples import read_examples
from handrail.models.heads import Machine
from handrail.models.letters import Letters
from handrail.models.training import RIDGE, load_heads, train


def test_the_machine_is_the_kernel_sum_it_says():
    rng = np.random.default_rng(1)
    pool = rng.normal(size=(5, 512)).astype(np.float32)
    pool /= np.linalg.norm(pool, axis=1, keepdims=True)
    dual = rng.normal(size=(5, 2)).astype(np.float32)
    texts = ["a lamp", "the lamps"]
    letters = Letters.fit(texts)
    spelled = rng.normal(size=(len(letters.runs), 2)).astype(np.float32)
    readings = Machine(pool, dual, 1.5, letters, spelled).read(texts, pool[:2])
    by_hand = [
        sum(dual[i] * np.exp(-1.5 * np.sum((pool[i] - x) ** 2)) for i in range(5)) for x in pool[:2]
    ]
    by_hand += letters.rows(texts).toarray() @ spelled
    assert np.allclose([reading.outputs for reading in readings], by_hand, atol=1e-4)
    assert all(reading.near.shape == (5,) for reading in readings)
    assert RIDGE > 0


def test_training_finds_what_it_was_taught(tmp_path, real_services):
    write = (tmp_path / "examples").mkdir() or (tmp_path / "examples")
    teach = {
        "tents": ("intent", "route: automate", ["a tent", "our tent", "big tents", "the tent"] * 3),
        "music": ("intent", "route: escalate", ["a song", "play music", "loud music", "songs"] * 3),
    }
    for name, (kind, route, texts) in teach.items():
        said = "\n".join(f"    - {text} {n}" for n, text in enumerate(texts))
        body = f"kind: {kind}\nname: {name}\ntitle: t\n{route}\nexamples:\n  en:\n{said}\n"
        (write / f"{name}.yaml").write_text(body)
    guard = "kind: guard\nname: legal\ntitle: t\nexamples:\n  en:\n    - I will sue you\n"
    guard += "    - see you in court\nhard_negatives:\n  en:\n    - a tennis court\n"
    (write / "legal.yaml").write_text(guard)
    heads = train(read_examples(write), real_services.encoder, "digest")
    texts = ["which tents are there", "we will sue"]
    embed = real_services.encoder.embed
    assert heads.rank(texts[0], embed).best == "tents"
    assert heads.guard("legal", texts, embed)[1] > heads.guard("legal", texts, embed)[0]


def test_a_cache_that_is_damaged_is_trained_again(tmp_path, real_services, monkeypatch):
    trained = []

    def once(*_):
        trained.append(1)
        return real_services.heads

    monkeypatch.setattr("handrail.models.training.train", once)
    examples = read_examples()
    load_heads(examples, real_services.encoder, tmp_path)
    again = load_heads(examples, real_services.encoder, tmp_path)
    assert len(trained) == 1
    assert again.names == real_services.heads.names
    asked = "where is my order"
    embed = real_services.encoder.embed
    assert again.rank(asked, embed).posterior == pytest.approx(
        real_services.heads.rank(asked, embed).posterior, abs=1e-4
    )
    next(tmp_path.glob("heads-*.npz")).write_bytes(b"not an archive")
    load_heads(examples, real_services.encoder, tmp_path)
    assert len(trained) == 2


def test_a_fitted_map_is_kept_and_a_damaged_one_ignored(tmp_path):
    rng = np.random.default_rng(2)
    table = rng.normal(size=(300, 4))
    right = table[:, 0] + rng.normal(size=300) * 0.3 > 0
    made = confidence.fit(table, right)
    path = confidence.save(made, tmp_path, "abc")
    kept = confidence.read(tmp_path, "abc")
    assert kept is not None
    assert np.allclose(kept.of(table), made.of(table))
    assert confidence.read(tmp_path, "other") is None
    path.write_text("{")
    assert confidence.read(tmp_path, "abc") is None

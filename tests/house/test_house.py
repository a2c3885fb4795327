"""The house is in order: targets, words in every language, examples enough."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, StrictUndefined, meta

from handrail.models.examples import read_examples
from handrail.models.language import SPOKEN
from handrail.prompts.load import widget_words

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("demo", "test", "check", "types", "dev", "chat", "eval", "bench", "help")
ALIKE = {"fr": {"assistant", "source", "sources", "conversation"}}
BIG_FOUR = ("es", "fr", "de", "pt")


def replies(language):
    return yaml.safe_load((ROOT / "prompts" / "replies" / f"{language}.yaml").read_text("utf-8"))


def flat(words, prefix=""):
    for key, value in words.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def gaps(text):
    return sorted(re.findall(r"\{(\w+)\}", text))


def test_make_help_names_every_target():
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in TARGETS:
        assert f"make {target}" in shown.stdout


@pytest.mark.parametrize("language", [code for code in SPOKEN if code != "en"])
def test_every_language_has_the_same_words_and_values(language):
    english, other = dict(flat(replies("en"))), dict(flat(replies(language)))
    assert english.keys() == other.keys()
    jinja = Environment(undefined=StrictUndefined, autoescape=False)
    for key, text in english.items():
        wanted = meta.find_undeclared_variables(jinja.parse(text))
        given = meta.find_undeclared_variables(jinja.parse(other[key]))
        assert given == wanted, f"{language}: {key}"


@pytest.mark.parametrize("language", [code for code in SPOKEN if code != "en"])
def test_the_widget_has_the_same_words_and_gaps_in_every_language(language):
    english, other = widget_words("en"), widget_words(language)
    assert english.keys() == other.keys()
    for key, text in english.items():
        assert gaps(other[key]) == gaps(text), f"{language}: {key}"
    same = {key for key, text in english.items() if other[key] == text}
    assert same <= ALIKE.get(language, set()), "not translated"


def test_the_widget_says_each_of_its_words():
    """A word that no view asks for is a word that seven languages keep for nothing."""
    code = "".join(
        path.read_text("utf-8")
        for path in (ROOT / "app" / "ui" / "src" / "widget").rglob("*.ts*")
        if ".test." not in path.name
    )
    for key in widget_words("en"):
        assert re.search(rf"[\"']?\b{key}\b[\"']?", code), key


def test_examples_are_enough_and_varied():
    examples = read_examples()
    for file in (*examples.intents, *examples.guards):
        assert len({text.casefold() for text in file.utterances()}) >= 60, file.name
        for language in BIG_FOUR:
            assert len(file.examples.get(language, [])) >= 5, (file.name, language)
    for file in examples.guards:
        assert len({text.casefold() for text in file.negatives()}) >= 40, file.name
        both = {t.casefold() for t in file.utterances()} & {t.casefold() for t in file.negatives()}
        assert not both, file.name


def test_no_guard_but_vip_is_without_examples():
    names = {file.name for file in read_examples().guards}
    assert names == {"sentiment", "legal", "account_closure", "human_request", "injection"}


def test_the_readme_names_every_command():
    from typer.main import get_command

    from handrail.app.cli import app

    readme = (ROOT / "README.md").read_text("utf-8")
    for name in get_command(app).commands:
        assert f"`handrail {name}" in readme, name


def test_the_readme_code_runs(tmp_path, monkeypatch):
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert blocks
    monkeypatch.setenv("HANDRAIL_DATA", str(tmp_path))
    for block in blocks:
        names = {}
        exec(compile(block, "README.md", "exec"), names)  # noqa: S102 - our own README
        assert names["graph"].name == "support"

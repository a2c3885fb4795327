"""Every task of ours can be read, and of a bad one it is said what to mend."""

import pytest
import yaml

from handrail.evals.simulation.reading import FOLDER, BadTask, read_tasks
from tests.evals.simulation.tasks import ROW

LANGUAGES = {"en", "es", "fr", "de", "pt", "it", "nl"}


def test_every_file_loads_with_tasks_enough_in_all_languages():
    tasks = read_tasks()
    assert len(tasks) >= 70
    assert {task.language for task in tasks} == LANGUAGES
    assert {task.kind for task in tasks} == {path.stem for path in FOLDER.glob("*.yaml")}
    assert {task.persona for task in tasks} >= {"terse", "wordy", "typos", "unsure"}


def test_users_have_several_ways_to_say_what_they_want():
    varied = [task for task in read_tasks() if any(len(wordings) > 1 for wordings in task.says)]
    assert len(varied) == len(read_tasks())


def bad(tmp_path, **changes):
    row = {key: value for key, value in {**ROW, **changes}.items() if value is not None}
    row.pop("kind")
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump([row]), "utf-8")
    with pytest.raises(BadTask) as told:
        read_tasks(tmp_path)
    return str(told.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"langauge": "en"}, ["langauge", "Extra inputs"]),
        ({"language": "sv"}, ["language", "'en'"]),
        ({"customer": "cus_anna"}, ["customer", "'cus_anna' is not known", "cus_ana"]),
        ({"persona": "shy"}, ["persona", "'shy' is not known", "terse"]),
        ({"says": [["Where is {parcel}?"]]}, ["says {parcel}", "under knows"]),
        ({"says": [["a"], ["b"], ["c"]], "turns": 2}, ["3 utterances", "2 turns"]),
        ({"says": None}, ["says", "Field required"]),
        ({"ends": {"owner": "human"}}, ["ends", "name the handoff"]),
        ({"ends": {"owner": "ai", "cites": ["refunds"]}}, ["ends.cites", "refund-policy"]),
        (
            {"ends": {"owner": "human", "handoffs": [{"queue": "care", "reasons": ["rage"]}]}},
            ["ends.handoffs.0.reasons", "'anger'"],
        ),
    ],
)
def test_a_bad_task_names_the_file_the_task_and_the_key(tmp_path, changes, words):
    told = bad(tmp_path, **changes)
    for word in ["bad.yaml", "order-again", *words]:
        assert word in told


def test_no_two_tasks_have_one_id(tmp_path):
    row = {key: value for key, value in ROW.items() if key != "kind"}
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump([row, row]), "utf-8")
    with pytest.raises(BadTask, match="another task has it"):
        read_tasks(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"), [("- [", "cannot be read"), ("id: x", "no list"), ("- x", "no mapping")]
)
def test_a_file_that_holds_no_tasks_is_named(tmp_path, text, words):
    (tmp_path / "bad.yaml").write_text(text, "utf-8")
    with pytest.raises(BadTask, match=words):
        read_tasks(tmp_path)


def test_an_empty_folder_is_no_success(tmp_path):
    with pytest.raises(BadTask, match="no task"):
        read_tasks(tmp_path)

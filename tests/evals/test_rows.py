import json

import pytest

from handrail.evals.rows import BadRow, read_rows


def write(tmp_path, *lines):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_ids_are_given_by_line_and_other_fields_ignored(tmp_path):
    path = write(tmp_path, '{"text": "a", "label": "x"}', "", '{"id": 7, "text": "b"}')
    assert [(row.id, row.text) for row in read_rows(path)] == [("row-0", "a"), ("7", "b")]


def test_the_last_customer_turn_is_what_is_decided(tmp_path):
    turns = [{"role": r, "text": r} for r in ("customer", "ai", "customer", "ai")]
    path = write(tmp_path, json.dumps({"turns": turns, "locale": None}))
    assert [turn.role for turn in read_rows(path)[0].conversation()] == [
        "customer",
        "ai",
        "customer",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "row 1"),
        ("[]", "not a JSON object"),
        ('{"id": "x"}', "either `text` or `turns`"),
        ('{"turns": [{"role": "ai", "text": "x"}]}', "no turn of the customer"),
        ('{"turns": [{"role": "robot", "text": "x"}]}', "role"),
    ],
)
def test_a_bad_row_is_named_before_anything_is_decided(tmp_path, line, says):
    with pytest.raises(BadRow, match="row 1") as problem:
        read_rows(write(tmp_path, '{"text": "good"}', line))
    assert says in str(problem.value)


def test_a_binary_file_is_named(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRow, match="UTF-8"):
        read_rows(path)


def test_line_separators_inside_a_text_do_not_end_the_row(tmp_path):
    said = "one\u0085two\u2028three"
    path = write(tmp_path, json.dumps({"text": said}, ensure_ascii=False), '{"text": "b"}')
    assert [row.text for row in read_rows(path)] == [said, "b"]

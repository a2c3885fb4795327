from pathlib import Path

import pytest

from handrail.store.knowledge.documents import files_in, read_document
from handrail.store.knowledge.protocol import UnreadableDocument

MARKDOWN = """---
title: Refund policy
topic: refund_policy
lang: en
url: https://help.example/refunds
---
All refunds in short.

## How long does it take?
Five   working
days.

- Cards: three more days.

## How long does it take?
Again, but elsewhere.
"""
HTML = """<html><head><title>Delivery | Shop</title><style>p {}</style></head><body>
<nav>Menu</nav><h1>Delivery</h1><p>We deliver <b>anywhere</b>.</p>
<h2>Cost</h2><ul><li>Small: two euros</li><li>Large: five euros</li></ul>
<script>alert(1)</script><footer>Imprint</footer></body></html>"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_markdown_is_split_by_heading_with_its_front_matter(tmp_path):
    passages = read_document(write(tmp_path, "refund-policy.md", MARKDOWN))
    assert [p.heading for p in passages] == ["", "How long does it take?", "How long does it take?"]
    assert passages[1].text == "Five working days. Cards: three more days."
    assert len({p.id for p in passages}) == 3
    first = passages[0]
    assert (first.title, first.topic, first.lang) == ("Refund policy", "refund_policy", "en")
    assert first.url == "https://help.example/refunds"


def test_html_leaves_out_what_is_no_article(tmp_path):
    passages = read_document(write(tmp_path, "delivery.html", HTML))
    assert [(p.heading, p.text) for p in passages] == [
        ("", "We deliver anywhere."),
        ("Cost", "Small: two euros Large: five euros"),
    ]
    assert passages[0].title == "Delivery"


def test_text_is_grouped_and_takes_its_language_from_the_folder(tmp_path):
    text = "\n\n".join(f"Párrafo {n}: " + "palabra " * 30 for n in range(4))
    passages = read_document(write(tmp_path, "es/envio.txt", text))
    assert {p.lang for p in passages} == {"es"}
    assert {p.topic for p in passages} == {"faq"}
    assert len(passages) == 2
    assert " ".join(p.text for p in passages).split() == text.split()


def test_a_long_section_is_cut_between_paragraphs(tmp_path):
    body = "## Long\n\n" + "\n\n".join("word " * 70 for _ in range(5))
    passages = read_document(write(tmp_path, "long.md", body))
    assert [len(p.text.split()) for p in passages] == [140, 140, 70]


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("a.md", b"\xff\xfe\x00", "UTF-8"),
        ("b.md", b"text \x00 more", "binary"),
        ("c.md", b"", "no text"),
        ("d.md", b"---\na: [\n---\ntext", "YAML"),
        ("e.md", b"---\n- a\n---\ntext", "mapping"),
        ("f.pdf", b"%PDF", "not Markdown"),
    ],
)
def test_what_cannot_be_read_says_what_to_mend(tmp_path, name, raw, says):
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(UnreadableDocument, match=says) as problem:
        read_document(path)
    assert problem.value.path == path
    assert problem.value.mend


def test_folders_are_searched_and_named_files_taken_as_they_are(tmp_path):
    inside = write(tmp_path, "en/a.md", "x")
    write(tmp_path, "en/picture.png", "x")
    named = write(tmp_path, "note.pdf", "x")
    assert files_in([tmp_path / "en", named, named]) == [inside, named]

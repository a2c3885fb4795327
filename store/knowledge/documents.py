"""Read help-centre files into passages: Markdown, HTML and plain text, split by heading.

Under a heading, a comment `<!-- also asked: one way | another way -->` gives other words in which
customers ask for what stands there. Readers do not see it; the search finds the passage by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from bs4 import BeautifulSoup, Comment, Tag

from handrail.prompts.load import from_yaml
from handrail.store.knowledge.protocol import Passage, UnreadableDocument

MARKDOWN = frozenset({".md", ".markdown"})
HTML = frozenset({".html", ".htm"})
READABLE = MARKDOWN | HTML | {".txt"}
LONGEST_WORDS = 150
TEXT_WORDS = 80
_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_LANG = re.compile(r"[a-z]{2}")
_ASKED = re.compile(r"\s*also asked:(.*)", re.DOTALL | re.IGNORECASE)
_SKIP = ("nav", "script", "style", "header", "footer", "noscript", "template")


@dataclass
class Section:
    """A heading and its paragraphs, white space folded."""

    heading: str
    paragraphs: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def files_in(paths: list[Path]) -> list[Path]:
    """Return the readable files among files and folders, folders searched through, in order."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        found += [p for p in inside if p.suffix.lower() in READABLE or not path.is_dir()]
    return list(dict.fromkeys(found))


def read_document(path: Path) -> list[Passage]:
    """Return the passages of one file. Raises UnreadableDocument."""
    if path.suffix.lower() not in READABLE:
        raise UnreadableDocument(path, "not Markdown, HTML or text", "save it as one of these")
    try:
        raw = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise UnreadableDocument(path, "not UTF-8 text", "save it as UTF-8") from problem
    except OSError as problem:
        raise UnreadableDocument(path, f"cannot be read: {problem}", "check it") from problem
    if "\0" in raw:
        raise UnreadableDocument(path, "holds binary data", "save it as plain text")
    front, body = _front_matter(path, raw)
    title, sections = _sections(path.suffix.lower(), body)
    sections = [s for section in sections for s in _split(section) if s.paragraphs]
    if not sections:
        raise UnreadableDocument(path, "holds no text", "write something in it, or remove it")
    return list(_passages(path, front, title, sections))


def _front_matter(path: Path, raw: str) -> tuple[dict[str, Any], str]:
    match = _FRONT.match(raw)
    if match is None:
        return {}, raw
    try:
        front = from_yaml(match.group(1))
    except yaml.YAMLError as problem:
        reason = f"front matter is not YAML: {problem}"
        raise UnreadableDocument(path, reason, "mend the lines between ---") from problem
    if front is not None and not isinstance(front, dict):
        raise UnreadableDocument(path, "front matter is no mapping", "write lines of `key: value`")
    return front or {}, raw[match.end() :]


def _sections(suffix: str, body: str) -> tuple[str, list[Section]]:
    """Return the first heading of level 1 (or "") and all sections."""
    if suffix in MARKDOWN:
        # Here, because what only answers reads no documents.
        from markdown_it import MarkdownIt  # noqa: PLC0415

        return _from_html(MarkdownIt("commonmark").enable("table").render(body))
    if suffix in HTML:
        return _from_html(body)
    return "", _from_text(body)


def _from_html(markup: str) -> tuple[str, list[Section]]:
    soup = BeautifulSoup(markup, "html.parser")
    for tag in soup(list(_SKIP)):
        tag.decompose()
    page_title = fold(soup.title.get_text(" ")) if soup.title else ""
    if soup.title:
        soup.title.decompose()
    _show_asked(soup)
    title, sections = "", [Section("")]
    for tag in soup.find_all(["h1", "h2", "h3", "h4", "p", "li", "pre", "tr", "dt", "dd", "div"]):
        if not isinstance(tag, Tag):
            continue
        text = fold(tag.get_text(" " if tag.name == "tr" else ""))
        if "data-asked" in tag.attrs:
            sections[-1].asked += filter(None, map(fold, str(tag.attrs["data-asked"]).split("|")))
        elif tag.name == "h1" and not title:
            title = text
        elif tag.name in {"h1", "h2", "h3", "h4"}:
            sections.append(Section(text))
        elif text and _is_innermost(tag):
            sections[-1].paragraphs.append(text)
    if not any(section.paragraphs for section in sections):
        rest = fold(soup.get_text(" "))
        sections[0].paragraphs += [rest] if rest and rest != title else []
    return title or page_title, sections


def _show_asked(soup: BeautifulSoup) -> None:
    """Turn the comments that give other questions into tags, so that they keep their place."""
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        if match := _ASKED.fullmatch(str(comment)):
            comment.replace_with(soup.new_tag("p", attrs={"data-asked": match.group(1)}))


def _is_innermost(tag: Tag) -> bool:
    """Tell whether a block's text is its own, so that nothing is taken twice."""
    blocks = ["p", "li", "pre", "tr", "dt", "dd", "div", "h1", "h2", "h3", "h4"]
    inner = tag.find(blocks) is not None
    outer = tag.find_parent(["li", "tr", "pre", "dd"]) is not None
    return not outer and not (inner and tag.name == "div")


def _from_text(body: str) -> list[Section]:
    sections: list[Section] = [Section("")]
    for paragraph in re.split(r"\n\s*\n", body):
        text = fold(paragraph)
        if not text:
            continue
        so_far = sum(len(p.split()) for p in sections[-1].paragraphs)
        if so_far and so_far + len(text.split()) > TEXT_WORDS:
            sections.append(Section(""))
        sections[-1].paragraphs.append(text)
    return sections


def _split(section: Section) -> Iterator[Section]:
    """Cut a long section between paragraphs, so that what is quoted stays short."""
    part = Section(section.heading, asked=section.asked)
    for paragraph in section.paragraphs:
        words = sum(len(p.split()) for p in part.paragraphs)
        if part.paragraphs and words + len(paragraph.split()) > LONGEST_WORDS:
            yield part
            part = Section(section.heading)
        part.paragraphs.append(paragraph)
    yield part


def _passages(
    path: Path, front: dict[str, Any], title: str, sections: list[Section]
) -> Iterator[Passage]:
    parent = path.parent.name
    lang = str(front.get("lang") or (parent if _LANG.fullmatch(parent) else "en"))
    article = slug(path.stem)
    taken: dict[str, int] = {}
    for section in sections:
        base = f"{article}.{lang}.{slug(section.heading) or 'intro'}"
        taken[base] = taken.get(base, 0) + 1
        yield Passage(
            id=base if taken[base] == 1 else f"{base}.{taken[base]}",
            article=article,
            title=str(front.get("title") or title or path.stem.replace("-", " ")),
            heading=section.heading,
            url=str(front.get("url") or ""),
            lang=lang,
            topic=str(front.get("topic") or "faq"),
            text=" ".join(section.paragraphs),
            asked=tuple(section.asked),
        )


def fold(text: str) -> str:
    """Fold white space to single spaces."""
    return re.sub(r"\s+", " ", text).strip()


def slug(text: str) -> str:
    """Return lower-case words joined by hyphens."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")

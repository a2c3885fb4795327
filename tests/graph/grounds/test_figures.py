"""Figures are the same in any notation, and another figure is another."""

import pytest

from handrail.graph.grounds.figures import figures, readings_of
from handrail.graph.grounds.splitting import sentences_of

SAME = [
    ("en", "within thirty days", "en", "30 days"),
    ("en", "two weeks", "en", "14 days"),
    ("en", "half an hour", "en", "30 minutes"),
    ("en", "5 business days", "en", "five working days"),
    ("de", "5 Werktage", "en", "5 working days"),
    ("fr", "sous 5 jours ouvrés", "en", "5 working days"),
    ("pt", "5 dias úteis", "es", "5 días laborables"),
    ("en", "€3.90", "de", "3,90 €"),
    ("it", "19 euro", "en", "€19"),
    ("en", "12 November", "en", "2026-11-12"),
    ("de", "12. November", "en", "2026-11-12"),
    ("de", "12.11.", "en", "2026-11-12"),
    ("es", "12 de noviembre de 2026", "en", "2026-11-12"),
    ("en", "November 12", "nl", "12 november"),
    ("en", "8 am", "en", "8:00"),
    ("nl", "18 uur", "en", "18:00"),
    ("en", "20 %", "de", "20 Prozent"),
    ("en", "order 20417", "en", "FH-20417"),
    ("en", "24 months", "en", "2 years"),
    ("en", "Thursday", "en", "2026-11-12"),
    ("en", "1,000 euros", "de", "1.000 €"),
]
OTHER = [
    ("en", "within 30 days", "en", "30 working days"),
    ("en", "5 days", "en", "5 hours"),
    ("en", "€3.90", "en", "€4.90"),
    ("en", "13 November", "en", "2026-11-12"),
    ("en", "12 November 2027", "en", "2026-11-12"),
    ("en", "FH-20417", "en", "FH-20471"),
    ("en", "20 %", "en", "20 euros"),
    ("en", "Friday", "en", "2026-11-12"),
    ("en", "tomorrow", "en", "2026-11-12"),
]


def known(said, said_in, source, source_in):
    readings = readings_of(figures(source, source_in))
    found = figures(said, said_in)
    assert found
    return all(figure.readings & readings for figure in found)


@pytest.mark.parametrize(("said_in", "said", "source_in", "source"), SAME)
def test_the_same_figure(said_in, said, source_in, source):
    assert known(said, said_in, source, source_in)


@pytest.mark.parametrize(("said_in", "said", "source_in", "source"), OTHER)
def test_another_figure(said_in, said, source_in, source):
    assert not known(said, said_in, source, source_in)


def test_dates_and_abbreviations_are_no_ends_of_sentences():
    text = 'Sie kommt am 12. November an. Das kostet z.B. 19 €. Choose "Why?" and go on. Done.'
    assert len(sentences_of(text)) == 4

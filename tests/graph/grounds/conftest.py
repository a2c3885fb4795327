"""What the tests of the grounding check share: the real models, and the grounds of a language."""

import pytest

from handrail.graph.grounding import Grounds
from handrail.graph.instructions import instructions
from handrail.models.encoder import UseEncoder
from handrail.models.language import LanguageIdentifier
from handrail.models.wording import Wording


@pytest.fixture(scope="session")
def parts():
    """Return the encoder, the words and what tells languages apart."""
    return UseEncoder(), Wording(), LanguageIdentifier()


@pytest.fixture
def grounds(parts):
    """Return what makes the grounds of a language."""
    encoder, wording, languages = parts
    return lambda language, **more: Grounds(
        encoder.embed, wording, languages, language, instructions(), **more
    )

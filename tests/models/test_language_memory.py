"""The identifier that answers is the library's own, with less of it in memory."""

import pytest
from py3langid import langid

from handrail.models.language import SPOKEN, LanguageIdentifier

TEXTS = [
    "Where is my parcel? It should be here.", "¿Dónde está mi paquete?", "Où est mon colis ?",
    "Wo ist mein Paket geblieben?", "Onde está a minha encomenda?", "Dov'è il mio pacco?",
    "Waar blijft mijn pakket?", "x1 // 99", "Привет, где посылка",
]  # fmt: skip


@pytest.fixture(scope="module")
def whole():
    model = langid.LanguageIdentifier.from_model_file(
        langid.MODEL_DIR / langid.MODEL_FILE, norm_probs=True
    )
    model.set_languages(list(SPOKEN))
    return model


@pytest.mark.parametrize("text", TEXTS)
def test_it_says_what_the_whole_model_says(whole, text):
    assert LanguageIdentifier()._load().classify(text) == whole.classify(text)

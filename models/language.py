"""Which language a customer writes, among those we have words for."""

from __future__ import annotations

import threading
from typing import Any

from handrail.models.paged import paged

SPOKEN = ("en", "es", "fr", "de", "pt", "it", "nl")
SURE = 0.7
TOO_SHORT = 4
_GREETINGS = {
    "hola": "es", "gracias": "es", "merci": "fr", "bonjour": "fr", "salut": "fr", "hallo": "de",
    "danke": "de", "guten tag": "de", "moin": "de", "olá": "pt", "ola": "pt", "obrigado": "pt",
    "obrigada": "pt", "ciao": "it", "grazie": "it", "buongiorno": "it", "dank je": "nl",
    "bedankt": "nl", "hi": "en", "hello": "en", "thanks": "en", "thank you": "en",
}  # fmt: skip


class LanguageIdentifier:
    """Identify the language with py3langid, restricted to the languages we can answer in."""

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()

    def identify(self, text: str, *, otherwise: str = "en") -> str:
        """Return an ISO 639-1 code; `otherwise` where the text is too short or mixed to tell."""
        known = _GREETINGS.get(text.lower().strip(" .!?¡¿"))
        if known:
            return known
        if len(text) < TOO_SHORT or text.isnumeric():
            return otherwise
        code, sure = self._load().classify(text[:1000])
        return str(code) if sure >= SURE else otherwise

    def _load(self) -> Any:
        with self._lock:
            if self._model is None:
                from py3langid import langid  # noqa: PLC0415 - half a second of loading

                every = langid.LanguageIdentifier.from_model_file(
                    langid.MODEL_DIR / langid.MODEL_FILE
                )
                every.set_languages(list(SPOKEN))
                moves = every.tk_nextmove
                # `every` keeps the weights of all languages, for one who asks for others later.
                self._model = langid.LanguageIdentifier(
                    every.nb_ptc, every.nb_pc, every.nb_classes,
                    memoryview(paged(moves)).cast(moves.typecode), every.tk_output,
                    norm_probs=True, tk_row=every.tk_row,
                )  # fmt: skip
        return self._model

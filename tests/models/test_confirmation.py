"""Which thanks confirm that it is settled, and which only look like it."""

import pytest

from handrail.models.confirmation import confirms

SETTLED = {
    "en": [
        "thanks", "Thank you!", "cheers", "Great, thanks a lot", "thank you 👍", "Thx",
        "Lovely, thanks a lot, that's all I needed", "Thank you, that answers my question",
        "no, that's all, thank you", "Wonderful, it worked, thank you", "thanks, I got the link",
        "Brilliant, thank you for your help. Have a nice day!", "Thanks for your quick reply",
        "Thank you, no more questions", "nothing else, thank you", "ah I see, thank you very much",
        "Many thanks for the explanation", "Thanks ever so much", "thank you, see you later",
    ],
    "es": ["muchas gracias", "Perfecto, gracias, eso era todo", "gracias por la ayuda",
           "Vale, muchas gracias por todo", "Mil gracias", "gracias por la rápida respuesta"],
    "fr": ["merci beaucoup", "Parfait, merci, bonne journée", "merci, c'est noté",
           "Merci encore !", "merci pour votre réponse rapide", "Merci bien, à bientôt"],
    "de": ["Danke schön", "Super, danke, das hat geholfen", "Nochmals vielen Dank",
           "alles klar, vielen Dank und tschüss", "Danke und einen schönen Tag noch",
           "Vielen Dank für Ihre Hilfe!", "Tausend Dank"],
    "pt": ["obrigado", "Muito obrigada, era só isso", "Ótimo, obrigado pela ajuda"],
    "it": ["grazie mille", "Perfetto, grazie dell'aiuto", "grazie mille per la risposta"],
    "nl": ["dank je wel", "top, bedankt!", "Hartelijk dank", "bedankt voor je hulp"],
}  # fmt: skip
UNSETTLED = {
    "en": [
        "thanks, but it still does not work", "thanks but that's not what I asked",
        "thank you, but the link has expired", "Thanks. And how long does it take?",
        "thanks, what about Germany", "thanks, I will try it", "thanks for nothing",
        "thanks, that did not help", "Thanks but no thanks", "thanks in advance", "no thanks",
        "Thanks for getting back to me, the parcel never came", "thank you, still waiting",
        "Thanks, can you also check FH-10421", "thanks, I don't understand", "thanks, not yet",
        "hmm ok thanks I guess", "Thanks, nothing has arrived", "thanks, it says invalid",
        "thanks anyway", "Thanks, the code is expired", "thank god", "thanks, another thing",
        "thanks to you I missed my flight", "Thanks, hold on a second", "Thanks! Where is it now",
        "great, I have been waiting for 3 weeks, thanks a lot", "Thanks. The second one.",
        "thanks, wrong order though", "thank you, ana@example.com", "Thanks, FH-10421",
        "thanks, can I speak to someone", "thanks, cancel it", "Thank you please hurry",
        "thanks, so I pay twice", "thanks, you just lost a customer", "lol thanks",
        "Thanks for wasting my time", "thank you, it keeps failing", "thanks and the refund",
        "I would like to thank your colleague", "hi", "", "?", "thanks " * 30,
    ],
    "es": ["gracias, pero sigue sin funcionar", "gracias, no me ha llegado nada",
           "Gracias, ¿y a Alemania?", "Gracias de todos modos", "Gracias, una duda más",
           "Gracias, lo miro mañana", "gracias por hacerme esperar", "gracias, y la factura"],
    "fr": ["merci mais ça ne marche pas", "Merci, je n'ai rien reçu", "merci d'avance",
           "merci quand même", "merci de me répondre vite", "merci, je vais voir",
           "merci pour le retard", "Merci, je n’ai rien reçu"],
    "de": ["danke, aber das hilft mir nicht", "Danke, und wie lange dauert das?",
           "danke, ich probiere es aus", "Danke im Voraus", "Danke trotzdem",
           "danke für gar nichts", "Danke, dann warte ich", "Danke für die Verspätung"],
    "pt": ["obrigado, mas não resolveu", "obrigada, não recebi nada", "obrigado, vou tentar",
           "obrigado, e a fatura"],
    "it": ["grazie, ma non funziona", "grazie lo stesso", "grazie, un'altra domanda",
           "grazie, il pacco è vuoto"],
    "nl": ["bedankt, maar het werkt niet", "dank je, ik heb niets ontvangen",
           "alvast bedankt", "bedankt, nog een vraag", "bedankt, de link is verlopen"],
}  # fmt: skip


def is_confirmation(text, services):
    thanks = services.wording.smalltalk(text) == "thanks"
    return thanks and confirms(text, services.encoder, services.heads)


@pytest.mark.parametrize("language", SETTLED)
def test_thanks_and_nothing_else_confirm(real_services, language):
    missed = [text for text in SETTLED[language] if not is_confirmation(text, real_services)]
    assert not missed


@pytest.mark.parametrize("language", UNSETTLED)
def test_thanks_with_anything_beside_do_not(real_services, language):
    taken = [text for text in UNSETTLED[language] if is_confirmation(text, real_services)]
    assert not taken

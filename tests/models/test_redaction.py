"""What is a secret and what is none, as tables of sentences."""

import re
from re import _constants as signs
from re import _parser as parser
from string import printable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.models import contact_shapes, one_time_codes, payment_numbers, secret_shapes
from handrail.models.redaction import hidden_kinds, redact, redact_values, strip_secrets

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"

# (what is written, the part that must be gone, what stands there instead)
SECRET = [
    ("my card is 4242424242424242", "4242424242424242", "[card]"),
    ("my card is 4242 4242 4242 4242 thanks", "4242 4242 4242 4242", "[card]"),
    ("4242-4242-4242-4242", "4242", "[card]"),
    ("4242.4242.4242.4242", "4242", "[card]"),
    ("order 12 4242 4242 4242 4242", "4242", "order 12 [card]"),
    ("５５５５ ５５５５ ５５５５ ４４４４", "５５５５", "[card]"),
    ("4242\u200b4242\u200b4242\u200b4242", "4242", "[card]"),
    ("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "٤٢", "[card]"),
    ("4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2", "4 2", "[card]"),
    ("4242\u00a04242\u00a04242\u00a04242", "4242", "[card]"),
    ("4242\u20114242\u20114242\u20114242", "4242", "[card]"),
    ("amex 378282246310005", "378282246310005", "[card]"),
    ("amex 3782 822463 10005.", "822463", "[card]"),
    ("mastercard 5105105105105100", "5105105105105100", "[card]"),
    ("2223003122003222", "2223003122003222", "[card]"),
    ("diners 30569309025904", "30569309025904", "[card]"),
    ("6011111111111117", "6011111111111117", "[card]"),
    ("3530111333300000", "3530111333300000", "[card]"),
    ("6200000000000005", "6200000000000005", "[card]"),
    ("old visa card 4222222222222", "4222222222222", "[card]"),
    ("cc4242424242424242", "4242424242424242", "[card]"),
    ("IBAN DE89 3704 0044 0532 0130 00 please", "3704", "[iban]"),
    ("GB29NWBK60161331926819", "NWBK", "[iban]"),
    ("fr14 2004 1010 0505 0001 3m02 606", "2004", "[iban]"),
    ("ES91-2100-0418-4502-0005-1332", "2100", "[iban]"),
    ("NL91 ABNA 0417 1643 00", "ABNA", "[iban]"),
    ("my code is 493817", "493817", "[code]"),
    ("493817 is the code", "493817", "[code]"),
    ("code: 493 817", "493 817", "[code]"),
    ("mi código es 493817", "493817", "[code]"),
    ("le code est 493817", "493817", "[code]"),
    ("der Code lautet 493817", "493817", "[code]"),
    ("o código é 493817", "493817", "[code]"),
    ("il codice è 493817", "493817", "[code]"),
    ("de code is 493817", "493817", "[code]"),
    ("the OTP 4938", "4938", "[code]"),
    ("cvv 123", "123", "[code]"),
    ("Sicherheitscode: 737", "737", "[code]"),
    ("my pin is 4821", "4821", "[code]"),
    (f"Authorization: Bearer {'a1B2' * 6}", "a1B2", "[token]"),
    (f"it says {JWT} there", "eyJ", "[token]"),
    ("https://x.example/reset?token=abcd1234efgh", "abcd1234", "?token=[token]"),
    ("https://x.example/cb?state=1&code=s3cr3tvalue", "s3cr3t", "&code=[token]"),
    ("https://x.example/?api_key=12345678", "12345678", "[token]"),
    ("postgresql://me:letmein@db/handrail", "letmein", "[token]"),
    ("GET /handrail/csat/InNvbWUi.aaaa.bbbb", "InNvbWUi", "[token]"),
    ("sk-proj-abcdefghijklmnop1234", "abcdef", "[key]"),
    ("sk_live_abcdefghijklmnop", "abcdef", "[key]"),
    ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "abcdef", "[key]"),
    ("xoxb-123456789012-abcdefgh", "123456789012", "[key]"),
    ("AKIAIOSFODNN7EXAMPLE", "IOSFOD", "[key]"),
    ("hsk_0123456789abcdef0123", "0123456789", "[key]"),
    ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r", "[key]"),
    (PEM, "MIIEow", "[key]"),
    ("-----BEGIN PRIVATE KEY-----\nMIIEow", "MIIEow", "[key]"),
    ("password: hunter2", "hunter2", "password: [password]"),
    ("Password: swordfish", "swordfish", "[password]"),
    ("pwd=Tr0ub4dor&3", "Tr0ub4dor&3", "[password]"),
    ("my password is hunter2, please log in", "hunter2", "[password]"),
    ('the password is "correct horse"', "correct horse", "[password]"),
    ("my password for the shop is hunter2.", "hunter2", "[password]."),
    ("password hunter2", "hunter2", "password [password]"),
    ("login ana pw hunter2", "hunter2", "pw [password]"),
    ("user: ana pass: hunter2x", "hunter2x", "pass: [password]"),
    ("Password for my account: Kaese!77", "Kaese!77", "account: [password]"),
    ('{"password": "hunter2"}', "hunter2", '{"password": "[password]"}'),
    ("my pin code is 1234", "1234", "[code]"),
    ("hunter2 is my password", "hunter2", "[password] is"),
    ("mi contraseña es gato_88", "gato_88", "[password]"),
    ("mi contrasen\u0303a es gato_88", "gato_88", "[password]"),
    ("mon mot de passe est chat88", "chat88", "[password]"),
    ("mein Passwort ist Katze88!", "Katze88!", "[password]"),
    ("a minha senha é gato88", "gato88", "[password]"),
    ("la mia password è gatto88", "gatto88", "[password]"),
    ("mijn wachtwoord is poes88", "poes88", "[password]"),
    ("write to ana@example.com", "ana@", "[e-mail]"),
    ("Ana.Ruiz+shop@mail.example.co.uk!", "Ana.Ruiz", "[e-mail]!"),
    ("<josé@ejemplo.es>", "josé", "<[e-mail]>"),
    ("call +353 20 910 0141", "910", "[phone]"),
    ("0033 1 99 00 12 34", "99 00", "[phone]"),
    ("ring 020 7946 0958 today", "7946", "[phone]"),
    ("(415) 555-0132", "555", "[phone]"),
    ("my phone is 5550132", "5550132", "[phone]"),
]  # fmt: skip

# Nothing is found in these: orders, parcels, dates, amounts, and talk about passwords.
PLAIN = """
Where is my order FH-10421?
orders FH-10421, FH-10433 and FH-10398
order 10421
#10421 please
10421 10422 10433
order number 104211043310398
order no. 4000123412341235
tracking NW48210077FR
tracking 1Z999AA10123456784
parcel JJD000390007882173642
USPS 9400 1000 0000 0000 0000 00
RR473124829FI
article 4006381333931
EAN 5901234123457
ISBN 978-3-16-148410-0
invoice 2026-000123
invoice number 0044123456
order 000123456789
order reference 0201234567
4242424242424241
4111 1111 1111 1112
1234567890123456
0000000000000000
9999 9999 9999 9999
on 24 November 2026
on 2026-11-24
2026-11-24 10:15:00
2026-11-24T10:15:00+00:00
on 01/02/2026
am 24.11.2026
03-04-2026
1764000000000
it cost 1,234.56 EUR
€ 229.00 and 39.90
2 x 349.00 = 698.00
1 000 000 reasons
550e8400-e29b-41d4-a716-446655440000
a5f3c2d1e4b6978012345678
version 1.2.3.4
192.168.100.200
from 9 to 18
10:00-18:00
room 1234
75001 Paris
zip code 941070
postal code 101000
postcode 123456
discount code 202611
gift card code 123456
le code postal 750010
error code 500123
I have two codes
my code does not work
the code did not come
my password is wrong
reset my password, order FH-10421
reset password FH-10421
what is your password policy in 2026?
the password is 8 characters long minimum
pass me on to 2 people
my password is not working
my password is expired, help
I forgot my password
password reset please
reset password: how does it work
the password is required
mi contraseña no funciona
mi contraseña es incorrecta
mon mot de passe est oublié
mein Passwort ist falsch
minha senha é inválida
la mia password è scaduta
mijn wachtwoord is verlopen
my password was sent to ana
la clave es la paciencia
please pin the post
I have 3 pins
an old token of thanks
the bearer of this letter
the basic question remains
skip-the-line tickets
ask-me-anything-about-it-please
twitter @fernhill
5 @ 3.50
a@b
DE89 3704 0044 0532 0130 01
GB00 is a country
https://www.fernhill.example/help/returns?lang=en
https://www.fernhill.example/?page=2&sort=price
[card ending 4242]
password: [password]
""".strip().splitlines()


@pytest.mark.parametrize(("text", "gone", "instead"), SECRET)
def test_what_must_not_leave_is_taken_out(text, gone, instead):
    made = redact(text)
    assert gone not in made
    assert instead in made
    assert redact(made) == made


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_secret_stays_as_it_is(text):
    assert redact(text) == text
    assert strip_secrets(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("card 4242 4242 4242 4242 ok", "card [card ending 4242] ok"),
        ("４２４２４２４２４２４２４２４２", "[card ending 4242]"),
        ("ana@example.com, +353 20 910 0141", "ana@example.com, +353 20 910 0141"),
        ("refund to DE89 3704 0044 0532 0130 00", "refund to DE89 3704 0044 0532 0130 00"),
        ("password: hunter2", "password: [password]"),
        ("cvv 123", "cvv [code]"),
        ("pin code 560001", "pin code 560001"),  # a postal code of India
        ("the verification code is 493817", "the verification code is [code]"),
        ("my code is 493817", "my code is 493817"),  # a voucher's, perhaps: the desk needs it
        (f"key {'sk-' + 'a' * 20}", "key [key]"),
    ],
)
def test_what_a_customer_wrote_keeps_what_the_desk_needs(text, kept):
    assert strip_secrets(text) == kept
    assert strip_secrets(kept) == kept


def test_addresses_and_numbers_go_by_policy():
    said = "ana@example.com +353 20 910 0141, 4242424242424242"
    kinds = hidden_kinds(emails=False, phones=True)
    assert redact(said, kinds) == "ana@example.com [phone], [card]"
    assert redact(said, hidden_kinds(emails=True, phones=False)) == (
        "[e-mail] +353 20 910 0141, [card]"
    )


def test_values_are_reached_however_deep():
    deep = {"ana@example.com": 1}
    for _ in range(30):
        deep = {"in": [deep, ("4242424242424242", None, 2.5, True)]}
    made = repr(redact_values(deep))
    assert "ana@" not in made
    assert "4242" not in made
    assert redact_values(ValueError("ana@example.com")) == "ValueError('[e-mail]')"


@given(st.text(max_size=300))
def test_redacting_again_finds_nothing_that_opens_anything(text):
    once = strip_secrets(text)
    assert strip_secrets(once) == once


@given(st.text(alphabet=printable, max_size=200), st.text(alphabet=printable, max_size=200))
def test_a_card_is_found_whatever_stands_around_it(before, after):
    made = redact(f"{before}\n\n\n\n4242 4242 4242 4242\n\n\n\n{after}")
    assert "4242 4242 4242 4242" not in made


def patterns():
    for module in (contact_shapes, one_time_codes, payment_numbers, secret_shapes):
        for name, held in vars(module).items():
            for one in held if isinstance(held, tuple) else (held,):
                if isinstance(one, re.Pattern):
                    yield pytest.param(one, id=f"{module.__name__}.{name}")


def repeats(tree, at_start=True):
    """Yield (how, most) of every repetition in a pattern."""
    for how, held in tree:
        if how in {signs.MAX_REPEAT, signs.MIN_REPEAT, signs.POSSESSIVE_REPEAT}:
            yield how, held[1]
            yield from repeats(held[2])
        elif how is signs.SUBPATTERN:
            yield from repeats(held[3])
        elif how is signs.BRANCH:
            for branch in held[1]:
                yield from repeats(branch)
        elif how in {signs.ASSERT, signs.ASSERT_NOT}:
            yield from repeats(held[1])


@pytest.mark.parametrize("pattern", list(patterns()))
def test_no_pattern_can_go_back_without_end(pattern):
    for how, most in repeats(parser.parse(pattern.pattern, pattern.flags)):
        bounded = most is not signs.MAXREPEAT and most <= 256
        assert bounded or how is signs.POSSESSIVE_REPEAT


@pytest.mark.parametrize(
    "piece",
    ["4", "4 ", "a@", "a.", "password is ", "sk-", "eyJ", "-----BEGIN PRIVATE KEY-----", "code ",
     "?token=", "://a:", "DE89 ", "+1 ", "\u200b4", "(", "0-", "is my password "],
)  # fmt: skip
def test_long_texts_of_one_piece_come_to_an_end(piece):
    made = redact(piece * (60_000 // len(piece)))
    assert strip_secrets(made) == strip_secrets(strip_secrets(made))

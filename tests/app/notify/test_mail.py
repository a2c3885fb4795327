from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from handrail.app.notify.mail import MailNotifier
from handrail.app.notify.protocol import NotSent, public_id
from handrail.store.notifications.protocol import Notification
from handrail.tools.post.protocol import BadAddress
from tests.ports import free_port

SENDER = "Handrail <support@fernhill.example>"


class Inbox:
    """Keeps the mails it takes; refuses whom the test wants refused, by answer."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.refusals: dict[str, str] = {}
        self.answer = "250 OK"
        self.tls: list[bool] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            content = cast("bytes", envelope.content)
            mail = cast("EmailMessage", message_from_bytes(content, policy=default))
            self.mails.append((list(envelope.rcpt_tos), mail))
            self.tls.append(session.ssl is not None)
        return self.answer


@contextmanager
def server(inbox: Inbox, **settings: Any) -> Iterator[str]:
    """Run a mail server on loopback, and give its host and port."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **settings)
    controller.start()
    try:
        yield f"127.0.0.1:{controller.port}"
    finally:
        controller.stop()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def address(inbox: Inbox) -> Iterator[str]:
    with server(inbox) as address:
        yield f"smtp://{address}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for loopback that nobody trusts but who is told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(names, critical=False)
    file = tmp_path_factory.mktemp("tls") / "loopback.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """Speak for the server that has the certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate)


def told(**payload: Any) -> Notification:
    facts = {
        "queue": "care", "priority": "urgent", "reasons": ["legal"], "owner": None,
        "due_at": "2026-03-01T11:00:00+00:00", "customer_id": "c-1", "language": "de",
        "desk_url": "https://desk.example/h-1",
    }  # fmt: skip
    payload = {**facts, **payload}
    return Notification("h-1:o", "handoff.opened", "h-1", "2026-03-01T10:00:00+00:00", payload)


def notifier(url: str, *recipients: str, **settings: Any) -> MailNotifier:
    people = list(recipients) or ["noor@fernhill.example", "sam@fernhill.example"]
    return MailNotifier(url, SENDER, lambda _: people, **settings)


async def test_the_people_of_the_queue_get_one_mail(inbox: Inbox, address: str) -> None:
    queues = {"care": ["noor@fernhill.example", "sam@fernhill.example", "noor@fernhill.example"]}
    await MailNotifier(address, SENDER, lambda queue: queues[queue]).send(told())
    ((people, mail),) = inbox.mails
    assert people == ["noor@fernhill.example", "sam@fernhill.example"]
    assert mail["From"] == SENDER
    assert mail["Subject"] == "A customer needs a person (care, urgent)"
    assert mail["Message-ID"] == f"<{public_id('h-1:o')}@fernhill.example>"
    assert mail["Date"].datetime == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    body = mail.get_content()
    for part in ("Handoff: h-1", "Why: legal", "Customer: c-1", "https://desk.example/h-1"):
        assert part in body


async def test_a_duplicate_can_be_recognised(inbox: Inbox, address: str) -> None:
    for _ in range(2):
        await notifier(address).send(told())
    first, second = (mail for _, mail in inbox.mails)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: eve@evil.example", "x\nX-Evil: 1", "x\u2028Bcc: y\x00\x0b"]
)
async def test_no_value_makes_a_header(inbox: Inbox, address: str, evil: str) -> None:
    await notifier(address).send(told(queue=evil, priority=evil, owner=evil, customer_id=evil))
    ((people, mail),) = inbox.mails
    assert people == ["noor@fernhill.example", "sam@fernhill.example"]
    assert {"bcc", "x-evil"}.isdisjoint(name.lower() for name in mail.keys())  # noqa: SIM118
    assert "\n" not in mail["Subject"]
    assert "\nBcc" not in mail.get_content()


async def test_words_of_any_language_arrive(inbox: Inbox, address: str) -> None:
    await notifier(address).send(told(queue="Fürsorge 漢🙂", owner="Zoë"))
    ((_, mail),) = inbox.mails
    assert "Fürsorge 漢🙂" in mail["Subject"]
    assert "Owner: Zoë" in mail.get_content()


async def test_a_queue_without_recipients_wants_no_mail(inbox: Inbox, address: str) -> None:
    await MailNotifier(address, SENDER, lambda _: []).send(told())
    assert inbox.mails == []


async def test_who_is_refused_for_good_is_named_and_the_others_get_it(
    inbox: Inbox, address: str
) -> None:
    inbox.refusals = {"noor@fernhill.example": "550 No such mailbox"}
    with pytest.raises(NotSent, match="noor") as raised:
        await notifier(address).send(told())
    assert raised.value.for_good
    assert [people for people, _ in inbox.mails] == [["sam@fernhill.example"]]


async def test_who_was_refused_for_now_gets_it_later_and_nobody_gets_it_twice(
    inbox: Inbox, address: str
) -> None:
    sender = notifier(address)
    inbox.refusals = {"noor@fernhill.example": "452 Mailbox full"}
    for _ in range(2):
        with pytest.raises(NotSent) as raised:
            await sender.send(told())
        assert not raised.value.for_good
    inbox.refusals = {}
    await sender.send(told())
    assert [people for people, _ in inbox.mails] == [
        ["sam@fernhill.example"],
        ["noor@fernhill.example"],
    ]


async def test_when_the_refused_are_no_longer_asked_for_nothing_is_left_to_send(
    inbox: Inbox, address: str
) -> None:
    people = ["noor@fernhill.example", "sam@fernhill.example"]
    sender = MailNotifier(address, SENDER, lambda _: people)
    inbox.refusals = {"noor@fernhill.example": "550 No such mailbox"}
    with pytest.raises(NotSent):
        await sender.send(told())
    del people[0]
    await sender.send(told())
    assert len(inbox.mails) == 1


@pytest.mark.parametrize(("answer", "for_good"), [("451 Later", False), ("554 Never", True)])
async def test_the_servers_answer_tells_whether_to_try_again(
    inbox: Inbox, address: str, answer: str, for_good: bool
) -> None:
    inbox.answer = answer
    with pytest.raises(NotSent, match=answer[:3]) as raised:
        await notifier(address).send(told())
    assert raised.value.for_good is for_good


async def test_a_server_that_is_away_is_worth_another_try() -> None:
    with pytest.raises(NotSent, match="ConnectionRefusedError") as raised:
        await notifier(f"smtp://127.0.0.1:{free_port()}").send(told())
    assert not raised.value.for_good


@pytest.mark.parametrize("recipient", ["a@b\r\nBcc: eve@evil.example", "a\n@b.example"])
async def test_a_recipient_that_would_make_a_header_is_refused(
    inbox: Inbox, address: str, recipient: str
) -> None:
    with pytest.raises(NotSent, match="no mail address") as raised:
        await notifier(address, recipient).send(told())
    assert raised.value.for_good
    assert inbox.mails == []


async def test_tls_is_used_when_it_is_offered(
    inbox: Inbox, tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with server(inbox, tls_context=tls) as address:
        await notifier(f"smtp://{address}", tls=trusting).send(told())
    assert inbox.tls == [True]


async def test_a_certificate_nobody_vouches_for_is_not_trusted(
    inbox: Inbox, tls: ssl.SSLContext
) -> None:
    with (
        server(inbox, tls_context=tls) as address,
        pytest.raises(NotSent, match="SSLCertVerificationError") as raised,
    ):
        await notifier(f"smtp://{address}").send(told())
    assert not raised.value.for_good
    assert inbox.mails == []


async def test_tls_from_the_start(
    inbox: Inbox, tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with server(inbox, ssl_context=tls) as address:
        await notifier(f"smtps://{address}", tls=trusting).send(told())
    assert len(inbox.mails) == 1


async def test_credentials_are_never_sent_in_the_open(inbox: Inbox) -> None:
    tried: list[object] = []

    def note(*seen: object) -> AuthResult:
        tried.append(seen)
        return AuthResult(success=True)

    settings = {"auth_require_tls": False, "authenticator": note}
    with (
        server(inbox, **settings) as address,
        pytest.raises(NotSent, match="STARTTLS") as raised,
    ):
        await notifier(f"smtp://robot:secret@{address}").send(told())
    assert tried == []
    assert inbox.mails == []
    assert "secret" not in raised.value.what


@pytest.mark.parametrize(("password", "taken"), [("p%40ss%2Fword", True), ("wrong", False)])
async def test_credentials_are_checked(
    inbox: Inbox, tls: ssl.SSLContext, trusting: ssl.SSLContext, password: str, taken: bool
) -> None:
    def check(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword
    ) -> AuthResult:
        known = (given.login, given.password) == (b"robot@x", b"p@ss/word")
        return AuthResult(success=known, handled=False)

    settings = {"tls_context": tls, "authenticator": check, "auth_required": True}
    with server(inbox, **settings) as address:
        sender = notifier(f"smtp://robot%40x:{password}@{address}", tls=trusting)
        if taken:
            await sender.send(told())
        else:
            with pytest.raises(NotSent, match="credentials"):
                await sender.send(told())
    assert len(inbox.mails) == int(taken)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://u:secret@",
        "smtp://u:secret@m:x",
    ],
)
def test_an_address_that_is_no_mail_servers_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadAddress) as raised:
        notifier(url)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("sender", ["", "Handrail", "a@b.example\r\nBcc: eve@evil.example"])
def test_a_sender_that_is_no_address_is_refused_at_once(sender: str) -> None:
    with pytest.raises(BadAddress, match="sender"):
        MailNotifier("smtp://mail.example", sender, lambda _: [])

"""Mail to customers: over SMTP, or as files of the demo."""

from __future__ import annotations

import stat
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from handrail.tools.errors import BackendDown
from handrail.tools.post.folder import FolderPost
from handrail.tools.post.opening import open_post
from handrail.tools.post.protocol import BadAddress, Letter
from handrail.tools.post.smtp import SmtpPost
from tests.ports import free_port

LETTER = Letter("e-1", "ada@example.org", "Votre code", "Voilà : 482 913\n")


async def test_a_folder_holds_a_file_for_its_owner_alone(tmp_path):
    post = open_post(None, None, tmp_path / "mail")
    assert isinstance(post, FolderPost)
    await post.send(LETTER)
    await post.send(LETTER)  # the same letter again is the same file
    [file] = (tmp_path / "mail").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    message = message_from_bytes(file.read_bytes())
    assert (message["To"], message["Subject"]) == ("ada@example.org", "Votre code")
    assert "482 913" in message.get_payload(decode=True).decode()


async def test_a_folder_that_cannot_be_written_is_a_backend_down(tmp_path):
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(BackendDown, match="HANDRAIL_DATA") as caught:
        await FolderPost(tmp_path / "mail").send(LETTER)
    assert "482" not in repr(caught.value)


class Kept(Message):
    def __init__(self):
        super().__init__()
        self.messages = []

    def handle_message(self, message):
        self.messages.append(message)


async def test_over_smtp_a_letter_arrives_whole():
    kept = Kept()
    server = Controller(kept, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        post = open_post(f"smtp://127.0.0.1:{server.port}", "Shop <shop@example.com>", None)
        assert isinstance(post, SmtpPost)
        await post.send(LETTER)
    finally:
        server.stop()
    [message] = kept.messages
    assert (message["To"], message["From"]) == ("ada@example.org", "Shop <shop@example.com>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert "482 913" in message.get_payload(decode=True).decode()


@pytest.mark.parametrize("address", ["ada@example.org", "no address\r\nBcc: thief@example.org"])
async def test_what_fails_does_not_show_the_letter(address):
    post = open_post("smtp://127.0.0.1:1", "shop@example.com", None)
    letter = Letter("e-1", address, "s", "the secret is 482 913")
    with pytest.raises(BackendDown) as caught:
        await post.send(letter)
    shown = repr(caught.value) + repr(caught.value.__cause__)
    assert "482" not in shown
    assert "example.org" not in shown


@pytest.mark.parametrize(
    ("url", "sender", "says"),
    [
        ("smtp://mail.example", None, "HANDRAIL_MAIL_FROM"),
        ("http://secret@mail.example", "a@b.example", "smtp://"),
        ("smtp://mail.example", "nobody", "sender"),
    ],
)
def test_settings_that_cannot_be_used_are_named(url, sender, says):
    with pytest.raises(BadAddress, match=says) as caught:
        open_post(url, sender, None)
    assert "secret" not in str(caught.value)

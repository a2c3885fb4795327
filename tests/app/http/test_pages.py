"""The pages for people: what is served, by which headers, and to pages of whom."""

from dataclasses import replace

import pytest

from handrail.app.access.gate import Gate
from handrail.app.access.origins import STUDIO, Origins, origins_in
from handrail.app.access.tokens import BadSecret
from handrail.app.pages import Pages
from tests.app.http.conftest import ANA, BUILT, INES, SHOP


async def test_the_pages_are_served_without_a_token_and_hold_no_script_of_their_own(place):
    for name in ("desk", "insights"):
        page = await place.http.get(f"/handrail/ui/{name}")
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["x-content-type-options"] == "nosniff"


async def test_frames_and_the_hosts_tokens_are_as_the_settings_say(place):
    place.house.pages = Pages(frozenset({SHOP}), 'https://office.example/t?a="1"', BUILT)
    page = await place.http.get("/handrail/ui/desk")
    policy = page.headers["content-security-policy"]
    assert f"frame-ancestors {SHOP}" in policy
    assert "connect-src 'self' https://office.example;" in policy
    assert "x-frame-options" not in page.headers
    assert 'content="https://office.example/t?a=&quot;1&quot;"' in page.text


async def test_the_page_for_developers_is_there_in_development_only(place):
    assert (await place.http.get("/handrail/ui/debug")).status_code == 404
    place.house.gate = Gate(None, dev=True)
    assert (await place.http.get("/handrail/ui/debug")).status_code == 200


async def test_files_with_a_hash_are_kept_for_ever_and_the_others_asked_for(place):
    hashed = await place.http.get("/handrail/ui/assets/desk-Ab12Cd34.js")
    assert "immutable" in hashed.headers["cache-control"]
    assert hashed.headers["content-type"].startswith("text/javascript")
    launcher = await place.http.get("/handrail/widget.js")
    assert launcher.headers["cache-control"] == "no-cache"
    assert launcher.headers["cross-origin-resource-policy"] == "cross-origin"
    again = {"if-none-match": launcher.headers["etag"]}
    assert (await place.http.get("/handrail/widget.js", headers=again)).status_code == 304


@pytest.mark.parametrize(
    "name", ["..%2Fdesk.html", "%2e%2e%2fconftest.py", "none.js", ".env", "a%00"]
)
async def test_nothing_else_is_served(place, name):
    assert (await place.http.get(f"/handrail/ui/assets/{name}")).status_code == 404


async def test_what_is_not_built_says_how(place, tmp_path):
    place.house.pages = Pages(folder=tmp_path)
    page = await place.http.get("/handrail/ui/desk")
    assert page.status_code == 503
    assert "make ui" in page.text
    launcher = await place.http.get("/handrail/widget.js")
    assert (launcher.status_code, "make ui" in launcher.text) == (503, True)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (SHOP, 200), ("http://127.0.0.1", 200), ("https://evil.example", 403), ("null", 403),
        ("https://shop.example.evil.example", 403), ("http://127.0.0.1:9", 403), (STUDIO, 403),
    ],
)  # fmt: skip
async def test_pages_of_others_may_not_call(place, origin, status):
    answer = await place.http.get("/handrail/me", headers={**ANA, "origin": origin})
    assert answer.status_code == status
    allowed = answer.headers.get("access-control-allow-origin")
    assert (allowed is None) == (status == 403)
    assert allowed in {None, "*", origin}
    asked = {"origin": origin, "access-control-request-method": "POST",
             "access-control-request-headers": "authorization"}  # fmt: skip
    before = await place.http.options("/handrail/me", headers=asked)
    assert before.status_code == status


async def test_a_developers_machine_lets_its_own_pages_and_studio_call(place):
    dev = replace(place.house.origins, dev=True)
    assert dev.may_call("http://localhost:3000", "127.0.0.1:2024")
    assert dev.may_call(STUDIO, "127.0.0.1:2024")
    assert not dev.may_call("https://localhost.evil.example", "127.0.0.1:2024")
    assert not Origins().may_call("http://localhost:3000", "127.0.0.1:2024")
    assert not Origins().may_call("null", "")


@pytest.mark.parametrize("listed", ["shop.example", "https://shop.example/path", "ftp://x", "*"])
def test_what_is_no_origin_is_an_error(listed):
    with pytest.raises(BadSecret, match="write one like"):
        origins_in(listed)


async def test_who_am_i(place):
    assert (await place.http.get("/handrail/me", headers=INES)).json()["name"] == "Ines"
    ana = (await place.http.get("/handrail/me", headers=ANA)).json()
    assert (ana["role"], ana["customer_id"], ana["verified"]) == ("customer", "cus_ana", True)
    assert (await place.http.get("/handrail/me")).status_code == 401


async def test_the_widget_speaks_the_customers_language(place):
    words = (await place.http.get("/handrail/widget/words", params={"language": "de-AT"})).json()
    assert words["language"] == "de"
    assert words["message_characters"] == 4000
    other = (await place.http.get("/handrail/widget/words", params={"language": "fi"})).json()
    assert other["language"] == "en"
    assert other["words"]["send"] == "Send"


async def test_the_trail_of_a_handoff_shows_who_did_what(place):
    handoff = await place.handed_over()
    await place.act(handoff, "claim")
    url = f"/handrail/handoffs/{handoff}/trail"
    trail = (await place.http.get(url, headers=INES)).json()["items"]
    assert [(item["action"], item["actor"]) for item in trail] == [
        ("escalate", "ai"),
        ("claim", "ines"),
    ]
    assert trail[0]["facts"]["signals"]["legal"]["fired"]
    assert (await place.http.get(url, headers=ANA)).status_code == 403

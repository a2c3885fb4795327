"""The demo shop's server: pages, and tokens for whoever is "signed in" there.

It shows what a host product has to do, with one thing left out that no product may leave out: here
anybody is whoever they choose to be. So it is for trying things out on one's own machine only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

import jwt
from fastapi import Cookie, FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handrail.prompts.load import from_yaml
from handrail.store import demo

HERE = Path(__file__).resolve().parent
COMPANY = Path(demo.__file__).resolve().parent / "company.yaml"
TOKEN_MINUTES = 15
CUSTOMERS = ("cus_ana", "cus_ben", "cus_jonas")  # somebody, a VIP, and somebody who writes German
STAFF = {"ines": "Ines", "omar": "Omar"}
CUSTOMER_COOKIE, STAFF_COOKIE = "fernhill_customer", "fernhill_staff"
SHELF = (
    ("Heron tent for two", "229.00", "tent", "Up in four minutes, dry for a week."),
    ("Copper camping kettle", "39.90", "kettle", "Boils over a fire, and keeps its shine."),
    ("Enamel mug", "7.50", "mug", "The one that everybody in the house fights over."),
    ("Oak garden bench", "349.00", "bench", "European oak, oiled, for three."),
    ("Brass floor lamp", "179.00", "lamp", "A warm corner, wherever you put it."),
    ("Linen duvet cover", "89.00", "linen", "Washed linen, softer every year."),
)


@dataclass(frozen=True)
class Tokens:
    """Sign short tokens that Handrail believes, as any back end of a host product would."""

    secret: str
    lasts: timedelta = timedelta(minutes=TOKEN_MINUTES)

    def sign(self, **claims: Any) -> str:
        """Return a token with these claims that is good for so long."""
        ends = datetime.now(UTC) + self.lasts
        return jwt.encode({**claims, "exp": ends}, self.secret, algorithm="HS256")

    def of_customer(self, customer: dict[str, Any]) -> str:
        """Return the token of somebody who is signed in, and so verified."""
        return self.sign(
            sub=customer["id"], role="customer", name=customer["name"], verified=True,
            customer_id=customer["id"], locale=customer["locale"],
        )  # fmt: skip

    def of_agent(self, agent: str) -> str:
        """Return the token of somebody of the staff."""
        return self.sign(sub=agent, role="agent", name=STAFF[agent])


def build_shop(server_url: str, secret: str) -> FastAPI:
    """Return the shop whose widget talks to the Handrail server at `server_url`."""
    server = server_url.rstrip("/")
    server_origin = "{0.scheme}://{0.netloc}".format(urlsplit(server))
    tokens = Tokens(secret)
    customers = _customers()
    pages = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    shop = FastAPI(title="Fernhill, a demo shop", openapi_url=None)

    def page(name: str, **values: Any) -> HTMLResponse:
        html = pages.get_template(f"{name}.html.j2").render(server=server, **values)
        policy = (
            f"default-src 'none'; script-src {server_origin}; connect-src 'self' {server_origin}; "
            "style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    @shop.get("/")
    async def show(who: Annotated[str, Cookie(alias=CUSTOMER_COOKIE)] = "") -> HTMLResponse:
        customer = customers.get(who)
        return page("shop", customer=customer, customers=customers.values(), shelf=SHELF)

    @shop.get("/shop.css")
    async def style() -> FileResponse:
        return FileResponse(HERE / "shop.css", media_type="text/css")

    @shop.get("/goods.svg")
    async def goods() -> FileResponse:
        return FileResponse(HERE / "goods.svg", media_type="image/svg+xml")

    @shop.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        return _keep(CUSTOMER_COOKIE, await _chosen(request, customers), "/")

    @shop.get("/token")
    async def token(who: Annotated[str, Cookie(alias=CUSTOMER_COOKIE)] = "") -> Response:
        customer = customers.get(who)
        return _told(tokens.of_customer(customer) if customer else None)

    @shop.get("/staff")
    async def staff(who: Annotated[str, Cookie(alias=STAFF_COOKIE)] = "") -> HTMLResponse:
        return page("staff", agent=STAFF.get(who), staff=STAFF)

    @shop.post("/staff")
    async def staff_sign_in(request: Request) -> Response:
        return _keep(STAFF_COOKIE, await _chosen(request, STAFF), "/staff")

    @shop.get("/desk-token")
    async def desk_token(who: Annotated[str, Cookie(alias=STAFF_COOKIE)] = "") -> Response:
        """Answer the desk, which is a page of the server: hence the headers for that origin."""
        answer = _told(tokens.of_agent(who) if who in STAFF else None)
        answer.headers["Access-Control-Allow-Origin"] = server_origin
        answer.headers["Access-Control-Allow-Credentials"] = "true"
        answer.headers["Vary"] = "Origin"
        return answer

    return shop


def _customers() -> dict[str, dict[str, Any]]:
    company = from_yaml(COMPANY.read_text("utf-8"))
    everybody = {customer["id"]: customer for customer in company["customers"]}
    return {each: everybody[each] for each in CUSTOMERS}


async def _chosen(request: Request, known: dict[str, Any]) -> str:
    """Return who was chosen in a form; nobody where it is none of these."""
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    (who, *_) = fields.get("who", [""])
    return who if who in known else ""


def _keep(cookie: str, who: str, path: str) -> Response:
    answer = RedirectResponse(path, 303)
    if who:
        answer.set_cookie(cookie, who, httponly=True, samesite="lax")
    else:
        answer.delete_cookie(cookie)
    return answer


def _told(token: str | None) -> Response:
    headers = {"Cache-Control": "no-store"}
    return JSONResponse({"token": token}, headers=headers) if token else Response(status_code=204)

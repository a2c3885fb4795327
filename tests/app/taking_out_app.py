"""The application as a server loads it, with something to take out of what customers write."""

from handrail.app.access.user import User
from handrail.app.http import build_app


async def without_secret(user: User, thread_id: str, text: str) -> str:
    return text.replace("secret 1234", f"[taken out of what {user.id} wrote]")


app = build_app(take_out=without_secret)

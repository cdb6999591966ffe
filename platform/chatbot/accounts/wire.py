"""Accounts among the parts of a process."""

from __future__ import annotations

from chatbot.accounts.api_keys import routes as api_keys
from chatbot.accounts.sign_in import routes as sign_in
from chatbot.accounts.sign_in.sign_in import SignInDesk
from chatbot.accounts.tenants import routes as tenants
from chatbot.accounts.users import routes as users
from chatbot.foundation.database import Database
from chatbot.foundation.parts import Parts
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.security.tokens import Tokens
from chatbot.foundation.settings import Settings

ROUTERS = (sign_in.router, users.router, api_keys.router, tenants.router)


def wire(parts: Parts, settings: Settings) -> None:
    parts.put(SignInDesk(parts.get(Database), parts.get(Tokens), parts.get(Passwords)))

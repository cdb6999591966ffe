"""`chatbot create-operator`: whoever runs the installation."""

from __future__ import annotations

import secrets

from sqlalchemy.exc import IntegrityError

from chatbot.accounts.tenants.repository import AllTenantsRepository
from chatbot.accounts.users.repository import UserRepository
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import Conflict
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant, User


async def create_operator(settings: Settings, email: str, tenant_slug: str) -> str:
    """The password of the new user, shown nowhere else. Makes the tenant when there is none. Raises Conflict."""
    database = Database(settings.async_database_url)
    password = secrets.token_urlsafe(12)
    password_hash = await Passwords().hash(password)
    try:
        async with database.write(SYSTEM) as session:
            tenants = AllTenantsRepository(session)
            tenant = await tenants.by_slug(tenant_slug)
            if tenant is None:
                tenant = tenants.add(Tenant(slug=tenant_slug, name=tenant_slug.capitalize()))
                await session.flush()
            user = User(email=email.lower(), password_hash=password_hash, role="owner", is_operator=True)
            UserRepository(session, tenant.id).add(user)
            await session.flush()
    except IntegrityError as error:
        raise Conflict(f"There is already a user {email}.") from error
    finally:
        await database.close()
    return password

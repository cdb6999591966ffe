"""Write `.env` with fresh secrets for docker-compose.yml. Runs on a bare Python and never overwrites."""

from __future__ import annotations

import base64
import os
import secrets
import sys

from scripts.environment import ROOT

TARGET = ROOT / ".env"


def main() -> int:
    """1 when there is one already: losing an encryption key loses what it encrypted."""
    try:
        descriptor = os.open(TARGET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        print(f"{TARGET.name} exists; it holds the keys of your data, so it stays as it is.", file=sys.stderr)
        return 1
    with os.fdopen(descriptor, "w") as file:
        file.write(content())
    print(f"Wrote {TARGET.name} (mode 600). Keep a copy of ENCRYPTION_KEY where you keep your backups.")
    return 0


def content() -> str:
    """Secrets that nobody has seen; letters and digits where they become part of a URL."""
    lines = [f"{name}={secrets.token_hex(24)}" for name in ("POSTGRES_PASSWORD", "DATABASE_PASSWORD", "REDIS_PASSWORD")]
    lines += [
        f"SECRET_KEY={secrets.token_urlsafe(48)}",
        f"ENCRYPTION_KEY={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}",
        "PUBLIC_URL=http://localhost:8080",
        "HTTP_PORT=8080",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())

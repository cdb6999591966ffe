"""Tokens: each serves its purpose only, for its time only, signed by us only."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from jose import jwt

from chatbot.foundation.errors import Unauthenticated
from chatbot.foundation.security.tokens import ALGORITHM, ISSUER, SignInToken, Tokens, UserToken, VisitorToken

KEY = "a signing key of the tests, long enough"
SIGN_IN = SignInToken("user", "tenant", "token", "family")
VISITOR = VisitorToken("visitor", "tenant", "bot", "https://www.example.com")


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(KEY)


def claims(**changes: object) -> dict[str, object]:
    """Those of a good access token; None leaves one out."""
    now = int(datetime.now(UTC).timestamp())
    good: dict[str, object] = {
        "iss": ISSUER,
        "aud": "access",
        "sub": "user",
        "tenant": "tenant",
        "iat": now,
        "exp": now + 60,
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(payload: dict[str, object], *, key: str = KEY, algorithm: str = ALGORITHM) -> str:
    return str(jwt.encode(payload, key, algorithm=algorithm))


def unsigned(payload: dict[str, object], *, algorithm: str = "none", signature: str = "") -> str:
    header = {"alg": algorithm, "typ": "JWT"}
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, payload))
    return ".".join((*parts, signature))


def test_an_access_token_names_its_user_and_tenant(tokens: Tokens) -> None:
    assert tokens.read_bearer(tokens.access("user", "tenant")) == UserToken("user", "tenant")


def test_a_visitors_token_names_its_bot_and_origin(tokens: Tokens) -> None:
    assert tokens.read_bearer(tokens.visitor(VISITOR)) == VISITOR


def test_a_refresh_token_and_a_session_name_their_row(tokens: Tokens) -> None:
    assert tokens.read_refresh(tokens.refresh(SIGN_IN)) == SIGN_IN
    assert tokens.read_session(tokens.session(SIGN_IN)) == SIGN_IN


def test_a_good_token_made_by_hand_is_accepted(tokens: Tokens) -> None:
    """Proves that the refusals below are for the fault they name."""
    assert tokens.read_bearer(signed(claims())) == UserToken("user", "tenant")


PAST = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
FAULTS: dict[str, Callable[[], str]] = {
    "unsigned": lambda: unsigned(claims()),
    "unsigned, None in capitals": lambda: unsigned(claims(), algorithm="NONE"),
    "unsigned, though it names our algorithm": lambda: unsigned(claims(), algorithm=ALGORITHM),
    "another key": lambda: signed(claims(), key="somebody else's key"),
    "the empty key": lambda: signed(claims(), key=""),
    "another algorithm with our key": lambda: signed(claims(), algorithm="HS512"),
    "expired": lambda: signed(claims(exp=PAST)),
    "no exp": lambda: signed(claims(exp=None)),
    "exp that is no number": lambda: signed(claims(exp="tomorrow")),
    "exp that is a list": lambda: signed(claims(exp=[1])),
    "exp beyond all numbers": lambda: signed(claims(exp=1e400)),
    "no iat": lambda: signed(claims(iat=None)),
    "no aud": lambda: signed(claims(aud=None)),
    "another aud": lambda: signed(claims(aud="refresh")),
    "a list of audiences": lambda: signed(claims(aud=["access", "refresh"])),
    "no iss": lambda: signed(claims(iss=None)),
    "another iss": lambda: signed(claims(iss="somebody")),
    "no sub": lambda: signed(claims(sub=None)),
    "an empty sub": lambda: signed(claims(sub="")),
    "sub that is no text": lambda: signed({**claims(), "sub": 7}),
    "no tenant": lambda: signed(claims(tenant=None)),
    "tenant that is no text": lambda: signed(claims(tenant={"$ne": ""})),
    "nothing": lambda: "",
    "two parts": lambda: "a.b",
    "no base64": lambda: "ä.ö.ü",
    "claims that are no object": lambda: unsigned([], algorithm=ALGORITHM),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_with_a_fault_is_refused(tokens: Tokens, fault: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.read_bearer(FAULTS[fault]())


def test_a_changed_token_is_refused(tokens: Tokens) -> None:
    header, _, signature = tokens.access("user", "tenant").split(".")
    other = base64.urlsafe_b64encode(json.dumps(claims(tenant="another")).encode()).decode().rstrip("=")
    with pytest.raises(Unauthenticated):
        tokens.read_bearer(f"{header}.{other}.{signature}")


MAKE: dict[str, Callable[[Tokens], str]] = {
    "access": lambda tokens: tokens.access("user", "tenant"),
    "visitor": lambda tokens: tokens.visitor(VISITOR),
    "refresh": lambda tokens: tokens.refresh(SIGN_IN),
    "session": lambda tokens: tokens.session(SIGN_IN),
}
READ: dict[str, tuple[Callable[[Tokens, str], object], frozenset[str]]] = {
    "bearer": (lambda tokens, token: tokens.read_bearer(token), frozenset({"access", "visitor"})),
    "refresh": (lambda tokens, token: tokens.read_refresh(token), frozenset({"refresh"})),
    "session": (lambda tokens, token: tokens.read_session(token), frozenset({"session"})),
}


@pytest.mark.parametrize("reader", READ)
@pytest.mark.parametrize("maker", MAKE)
def test_no_token_serves_another_purpose(tokens: Tokens, maker: str, reader: str) -> None:
    token = MAKE[maker](tokens)
    read, served = READ[reader]
    if maker in served:
        read(tokens, token)
    else:
        with pytest.raises(Unauthenticated):
            read(tokens, token)


@pytest.mark.parametrize(
    ("maker", "lifetime"),
    [("access", timedelta(minutes=15)), ("visitor", timedelta(hours=168)), ("refresh", timedelta(days=30))],
)
def test_a_token_lives_as_long_as_its_kind(maker: str, lifetime: timedelta) -> None:
    def read_after(age: timedelta) -> None:
        token = MAKE[maker](Tokens(KEY, clock=lambda: datetime.now(UTC) - age))
        (READ["refresh"] if maker == "refresh" else READ["bearer"])[0](Tokens(KEY), token)

    read_after(lifetime - timedelta(minutes=1))
    with pytest.raises(Unauthenticated):
        read_after(lifetime + timedelta(minutes=1))

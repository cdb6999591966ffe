"""Passwords, API key secrets, secrets at rest, and what roles may do."""

from __future__ import annotations

import re

import pytest
from cryptography.fernet import Fernet

from chatbot.accounts.sign_in.sign_in import check_password
from chatbot.foundation.errors import InvalidInput, ServiceUnavailable
from chatbot.foundation.security import KEY_SCOPES, ROLE_SCOPES, ROLES, SCOPES, scopes_of_role
from chatbot.foundation.security.keys import api_key_digest, new_api_key
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.security.secret_box import SecretBox


async def test_only_the_right_password_verifies_and_hashes_are_salted_argon2() -> None:
    passwords = Passwords()
    first, second = await passwords.hash("correct horse battery"), await passwords.hash("correct horse battery")
    assert first.startswith("$argon2id$")
    assert first != second
    assert await passwords.verify("correct horse battery", first)
    assert not await passwords.verify("Correct horse battery", first)


@pytest.mark.parametrize("password_hash", [None, "", "!", "$argon2id$broken", "plain text"])
async def test_nobody_signs_in_without_a_real_hash(password_hash: str | None) -> None:
    assert not await Passwords().verify("plain text", password_hash)


@pytest.mark.parametrize("password", ["", "short", "123456789", "aaaaaaaaaaaa", "Ann@Example.com", "x" * 201])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput):
        check_password(password, email="ann@example.com")


def test_a_long_phrase_in_any_language_is_a_password() -> None:
    check_password("正确的马电池订书钉再来", email="ann@example.com")


def test_api_keys_are_long_random_and_kept_as_digests() -> None:
    first, second = new_api_key(), new_api_key()
    assert re.fullmatch(r"ecp_[A-Za-z0-9_-]{43}", first.secret)
    assert first.secret != second.secret
    assert first.secret.startswith(first.prefix)
    assert first.digest == api_key_digest(first.secret)
    assert first.secret not in first.digest


def test_sealed_secrets_open_only_with_their_key() -> None:
    key, other = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = SecretBox(key).seal_mapping({"api_key": "hunter2"})
    assert "hunter2" not in sealed
    assert SecretBox(key).open_mapping(sealed) == {"api_key": "hunter2"}
    with pytest.raises(ServiceUnavailable):
        SecretBox(other).open_mapping(sealed)


def test_no_secrets_need_no_sealing() -> None:
    box = SecretBox(Fernet.generate_key().decode())
    assert box.open_mapping(box.seal_mapping({})) == {}


def test_roles_hold_known_scopes_and_none_is_operator() -> None:
    assert set(ROLES) == set(ROLE_SCOPES)
    for scopes in ROLE_SCOPES.values():
        assert scopes <= KEY_SCOPES < SCOPES
    assert "operator" in scopes_of_role("owner", is_operator=True)
    assert scopes_of_role("a role of a later version") == frozenset()

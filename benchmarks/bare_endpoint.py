"""The floor: FastAPI, pydantic and a JWT checked in an async dependency, and nothing behind it."""

from __future__ import annotations

import sys
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from jose import JWTError, jwt
from pydantic import BaseModel

KEY = "a key for the floor of a benchmark"
ISSUER = AUDIENCE = "bare"


class Message(BaseModel):
    """The body of the reference call."""

    user_id: str
    message: str


def token() -> str:
    """One that the endpoint takes."""
    return str(jwt.encode({"sub": "u", "iss": ISSUER, "aud": AUDIENCE, "exp": 2**32}, KEY, algorithm="HS256"))


async def subject(authorization: Annotated[str, Header()]) -> str:
    """Who calls."""
    try:
        claims = jwt.decode(
            authorization.removeprefix("Bearer "), KEY, algorithms=["HS256"], audience=AUDIENCE, issuer=ISSUER
        )
    except JWTError as error:
        raise HTTPException(401) from error
    return str(claims["sub"])


def create_app() -> FastAPI:
    """One route, the shape of the product's."""
    app = FastAPI()

    @app.post("/chatbot")
    async def chatbot(message: Message, caller: Annotated[str, Depends(subject)]) -> dict[str, str]:
        return {"answer": message.message, "session_id": f"sess_{caller}"}

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(), port=int(sys.argv[1]), log_level="warning", access_log=False)

"""The web application: middleware, routers, error handlers, lifespan."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from chatbot import __version__, wiring
from chatbot.bots.widget.cors import WidgetCors
from chatbot.edge.body_limit import BodyLimit
from chatbot.edge.docs_page import install_docs_page
from chatbot.edge.methods import HeadAsGet
from chatbot.edge.openapi import DESCRIPTION, TAGS, describe
from chatbot.edge.problems import install_problem_handlers
from chatbot.edge.request_context import RequestContext
from chatbot.foundation.parts import Parts
from chatbot.foundation.settings import Settings


def create_app(
    settings: Settings | None = None, *, parts: Parts | None = None, rooms: Sequence[wiring.Room] = wiring.ROOMS
) -> FastAPI:
    """`parts` are started and stopped by the application, whoever built them."""
    settings = settings or (parts.get(Settings) if parts else Settings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.parts = parts or wiring.build(settings, rooms=rooms)
        await app.state.parts.start()
        try:
            yield
        finally:
            await app.state.parts.stop()

    app = FastAPI(
        title="Enterprise Chatbot Platform",
        version=__version__,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        generate_unique_id_function=lambda route: route.name,  # the operationId: what a generated client calls it
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # both forms of /chatbot answer themselves; elsewhere a slash is a mistake
        lifespan=lifespan,
    )
    if parts is not None:
        app.state.parts = parts
    install_problem_handlers(app)
    # The last one added is the outermost.
    app.add_middleware(HeadAsGet)
    app.add_middleware(BodyLimit, most=settings.max_body_bytes, most_upload=settings.max_upload_bytes)
    app.add_middleware(WidgetCors)
    app.add_middleware(RequestContext)
    for room in rooms:
        for router in room.ROUTERS:
            app.include_router(router)
    install_docs_page(app)
    describe(app)
    return app

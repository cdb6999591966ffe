"""The web application: middleware, routers, error handlers, lifespan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from chatbot import __version__, wiring
from chatbot.api import (
    api_keys,
    auth,
    bot_content,
    bot_definitions,
    bot_exchange,
    bots,
    chat,
    chat_stream,
    chunks,
    connections,
    conversations,
    documents,
    faqs,
    health,
    knowledge,
    nlu,
    nlu_measures,
    retrieval_lab,
    sources,
    tenants,
    test_sets,
    users,
    widget,
)
from chatbot.api.body_limit import BodyLimit
from chatbot.api.cors import WidgetCors
from chatbot.api.docs_page import install_docs_page
from chatbot.api.methods import HeadAsGet
from chatbot.api.openapi import DESCRIPTION, TAGS, describe
from chatbot.api.problems import install_problem_handlers
from chatbot.api.request_context import RequestContext
from chatbot.services.origins import ListedOrigins
from chatbot.services.resources import Resources
from chatbot.settings import Settings
from web.routes import router as web_router

ROUTERS = (
    health.router,
    chat.router,
    chat_stream.router,
    widget.router,
    auth.router,
    conversations.router,
    knowledge.router,
    documents.router,
    chunks.router,
    sources.router,
    faqs.router,
    retrieval_lab.router,
    test_sets.router,
    bots.router,
    bot_exchange.router,
    bot_content.router,
    bot_definitions.router,
    nlu.router,
    nlu_measures.router,
    connections.router,
    users.router,
    api_keys.router,
    tenants.router,
    web_router,
)


def create_app(settings: Settings | None = None, *, resources: Resources | None = None) -> FastAPI:
    """`resources` are started and stopped by the application, whoever built them."""
    settings = settings or (resources.settings if resources else Settings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        parts = resources or wiring.build(settings)
        _attach(app, parts)
        await parts.start()
        try:
            yield
        finally:
            await parts.stop()

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
    if resources is not None:
        _attach(app, resources)
    install_problem_handlers(app)
    # The last one added is the outermost.
    app.add_middleware(HeadAsGet)
    app.add_middleware(BodyLimit, most=settings.max_body_bytes, most_upload=settings.max_upload_bytes)
    app.add_middleware(WidgetCors)
    app.add_middleware(RequestContext)
    for router in ROUTERS:
        app.include_router(router)
    install_docs_page(app)
    describe(app)
    return app


def _attach(app: FastAPI, resources: Resources) -> None:
    app.state.resources = resources
    app.state.metrics = resources.metrics
    app.state.listed_origins = ListedOrigins(resources.database)

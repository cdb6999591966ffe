"""The web application: middleware, routers, error handlers, lifespan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from chatbot import __version__, wiring
from chatbot.accounts.api_keys import routes as api_keys
from chatbot.accounts.sign_in import routes as auth
from chatbot.accounts.tenants import routes as tenants
from chatbot.accounts.users import routes as users
from chatbot.bots import content_routes as bot_content
from chatbot.bots import definition_routes as bot_definitions
from chatbot.bots import routes as bots
from chatbot.bots import widget_routes as widget
from chatbot.bots.origins import ListedOrigins
from chatbot.bots.widget_cors import WidgetCors
from chatbot.connections import routes as connections
from chatbot.conversations import chat_routes as chat
from chatbot.conversations import history_routes as conversations
from chatbot.conversations import stream_routes as chat_stream
from chatbot.documents import routes as documents
from chatbot.documents.chunks import routes as chunks
from chatbot.documents.knowledge_bases import routes as knowledge
from chatbot.edge import health
from chatbot.edge.body_limit import BodyLimit
from chatbot.edge.docs_page import install_docs_page
from chatbot.edge.methods import HeadAsGet
from chatbot.edge.openapi import DESCRIPTION, TAGS, describe
from chatbot.edge.problems import install_problem_handlers
from chatbot.edge.request_context import RequestContext
from chatbot.exchange import routes as bot_exchange
from chatbot.faqs import routes as faqs
from chatbot.foundation.parts import Resources
from chatbot.foundation.settings import Settings
from chatbot.lab import routes as retrieval_lab
from chatbot.lab import set_routes as test_sets
from chatbot.sources import routes as sources
from chatbot.understanding import routes as nlu
from chatbot.understanding.measures import routes as nlu_measures
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

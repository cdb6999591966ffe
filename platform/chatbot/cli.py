"""`chatbot`: serve, work, migrate, fetch models, bring bots, try the demo."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from chatbot import __version__
from chatbot.foundation.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0, or 1 after an error that the message explains."""
    options = _parser().parse_args(arguments)
    settings = Settings()
    overrides = {name: getattr(options, name) for name in ("host", "port") if getattr(options, name, None) is not None}
    if overrides:
        settings = settings.model_copy(update=overrides)
    try:
        return int(options.run(settings, options) or 0)
    except KeyboardInterrupt:
        return 130
    except _expected_errors() as error:
        print(f"chatbot: {error}", file=sys.stderr)
        return 1


def _expected_errors() -> tuple[type[Exception], ...]:
    from chatbot.foundation.errors import AppError
    from knowledge.embedders.weights import WeightsUnavailable
    from knowledge.errors import EmbeddingError

    return (AppError, EmbeddingError, WeightsUnavailable, OSError)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chatbot", description="Enterprise Chatbot Platform")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve the API, the admin pages and the widget")
    serve.add_argument("--host", help="address to listen on (CHATBOT_HOST)")
    serve.add_argument("--port", type=int, help="port to listen on (CHATBOT_PORT)")
    serve.set_defaults(run=_serve)

    worker = commands.add_parser("worker", help="run background jobs without serving")
    worker.set_defaults(run=_worker)

    migrate = commands.add_parser("migrate", help="bring the database to this version")
    migrate.set_defaults(run=_migrate)

    models = commands.add_parser("models", help="model weights")
    models.add_argument("action", choices=["fetch", "list"])
    models.set_defaults(run=_models)

    demo = commands.add_parser("demo", help="load two demo tenants and serve them, with a demo backend")
    demo.add_argument("--load-only", action="store_true", help="load the tenants and exit")
    demo.set_defaults(run=_demo)

    backend = commands.add_parser("demo-backend", help="the server that plays weather and orders in the demo")
    backend.add_argument("--host", help="address to listen on", default="127.0.0.1")
    backend.add_argument("--port", type=int, default=8900)
    backend.set_defaults(run=_demo_backend)

    bring = commands.add_parser("import", help="bring a bot: a Rasa project, a table, a Dialogflow export, our JSON")
    bring.add_argument("format", help="auto, chatbot (our JSON), rasa, csv, jsonl, dialogflow_es or dialogflow_cx")
    bring.add_argument("path", type=Path, help="a folder, a file or a zip")
    bring.add_argument("--tenant", required=True, help="slug of the tenant that gets the bot")
    bring.add_argument("--bot", help="name of the bot; one of this name that is there is added to")
    bring.add_argument("--activate", action="store_true", help="put the trained version into use at once")
    bring.add_argument("--language", choices=["en", "zh"], default="en", help="language of the report")
    bring.set_defaults(run=_import)

    take = commands.add_parser("export", help="take a bot along, as our JSON or as a Rasa project")
    take.add_argument("bot", help="name of the bot")
    take.add_argument("--tenant", required=True, help="slug of its tenant")
    take.add_argument("--format", choices=["json", "rasa"], default="json")
    take.add_argument("--output", type=Path, required=True, help="file to write")
    take.set_defaults(run=_export)

    measured = commands.add_parser("eval", help="calibrate a knowledge base, or run a test set")
    _add_eval_parsers(measured.add_subparsers(dest="action", required=True, metavar="ACTION"))
    measured.set_defaults(run=_eval)

    operator = commands.add_parser("create-operator", help="make a user who may manage tenants")
    operator.add_argument("email")
    operator.add_argument("--tenant", default="operations", help="slug of the tenant the user belongs to")
    operator.set_defaults(run=_create_operator)
    return parser


def _add_eval_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    calibrate = actions.add_parser("calibrate", help="fit the score from which a knowledge base answers")
    calibrate.add_argument("--tenant", required=True, help="slug of the tenant")
    calibrate.add_argument("--knowledge-base", required=True, metavar="ID")
    calibrate.add_argument("--wrong-answer-rate", type=_rate, default=0.05, help="share of the answers given")
    calibrate.add_argument("--language", choices=["en", "zh"], default="en", help="language of the report")
    run = actions.add_parser("run", help="ask all reviewed questions of a test set")
    run.add_argument("--tenant", required=True, help="slug of the tenant")
    run.add_argument("--test-set", required=True, metavar="ID")


def _rate(text: str) -> float:
    rate = float(text)
    if not 0.01 <= rate <= 0.5:
        raise argparse.ArgumentTypeError("must be from 0.01 to 0.5")
    return rate


def _serve(settings: Settings, _options: argparse.Namespace) -> None:
    from chatbot.foundation.logs import configure_logging
    from chatbot.foundation.server import run
    from chatbot.main import create_app

    configure_logging(settings.log_level, settings.log_format)
    run(create_app(settings), settings)


def _worker(settings: Settings, _options: argparse.Namespace) -> None:
    from chatbot.worker import work

    asyncio.run(work(settings))


def _migrate(settings: Settings, _options: argparse.Namespace) -> None:
    from chatbot.foundation.migrate import migrate

    migrate(settings.async_database_url)
    print("The database is up to date.")


def _models(settings: Settings, options: argparse.Namespace) -> None:
    from knowledge.embedders.weights import WEIGHTS, fetch, present

    if options.action == "fetch":
        fetch(list(WEIGHTS), settings.weights_dir, print)
    else:
        for name, weights in WEIGHTS.items():
            state = "present" if present(name, settings.weights_dir) else "missing"
            print(f"{weights.name}  {weights.licence}  {state}")


def _demo(settings: Settings, options: argparse.Namespace) -> None:
    from chatbot.demo.run import run_demo

    run_demo(settings, load_only=options.load_only)


def _demo_backend(_settings: Settings, options: argparse.Namespace) -> None:
    from chatbot.demo.run import run_backend

    run_backend(options.host, options.port)


def _import(settings: Settings, options: argparse.Namespace) -> None:
    from chatbot.exchange.command import import_bot

    print(asyncio.run(import_bot(settings, options)))


def _export(settings: Settings, options: argparse.Namespace) -> None:
    from chatbot.exchange.command import export_bot

    print(asyncio.run(export_bot(settings, options)))


def _eval(settings: Settings, options: argparse.Namespace) -> None:
    from chatbot.lab.command import evaluate
    from chatbot.wiring import build

    async def report() -> str:
        return await evaluate(build(settings), options)

    print(asyncio.run(report()))


def _create_operator(settings: Settings, options: argparse.Namespace) -> None:
    from chatbot.accounts.operators import create_operator

    password = asyncio.run(create_operator(settings, options.email, options.tenant))
    print(f"Operator {options.email}, password {password} (shown once)")


if __name__ == "__main__":
    sys.exit(main())

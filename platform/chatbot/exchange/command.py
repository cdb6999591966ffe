"""`chatbot import` and `chatbot export`: what the API does, for files on the operator's own disk."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from chatbot.accounts.tenants.tenants import tenant_id_of
from chatbot.bots.repository import BotRepository
from chatbot.exchange.exporting import BotExportService
from chatbot.exchange.files import files_of_folder, files_of_upload
from chatbot.exchange.formats import ReadBot, read_bot
from chatbot.exchange.importing import BotImportService, Imported
from chatbot.exchange.own_json import write_content
from chatbot.exchange.rasa_writing import rasa_zip
from chatbot.foundation.database import Database
from chatbot.foundation.errors import InvalidInput
from chatbot.foundation.jobs import InProcessRunner, JobQueue
from chatbot.foundation.settings import Settings
from nlu.bilingual import Text
from nlu.exchange.report import Notices

MADE_BY = "command line"
_BOT = Text("Bot {name!r} ({id})", "机器人“{name}”（{id}）")
_FOUND = Text("found", "读到")
_MADE = Text("made", "导入")
_TRAINING = Text(
    "It is trained by the running server or worker, or by the next one that starts.",
    "训练由正在运行的服务或工作进程完成，或在下次启动时进行。",
)
_UNTRAINED = Text("It has fewer than two intents and is not trained.", "意图少于两个，未训练。")
_LEFT = Text("{count} lines to look at:", "需要查看的 {count} 处：")
_NONE_LEFT = Text("Everything came over.", "已全部导入。")
_MORE = Text("... and {count} more", "……另有 {count} 处")


async def import_bot(settings: Settings, options: argparse.Namespace) -> str:
    """The report as text. Raises AppError."""
    path: Path = options.path
    notices = Notices()
    files = await asyncio.to_thread(_files, path, notices, options.language)
    read = read_bot(files, options.format, notices, language=options.language)
    name = str(options.bot or read.content.settings.get("name") or path.stem)
    database = Database(settings.async_database_url)
    try:
        return render(read, await _store(database, settings, options, read, name), options.language)
    finally:
        await database.close()


async def export_bot(settings: Settings, options: argparse.Namespace) -> str:
    """What was written. Raises AppError."""
    database = Database(settings.async_database_url)
    try:
        tenant_id = await tenant_id_of(database, options.tenant)
        async with database.read(tenant_id) as session:
            bot = await BotRepository(session, tenant_id).named(options.bot)
            if bot is None:
                raise InvalidInput(f"The tenant {options.tenant} has no bot {options.bot!r}.")
            content = await BotExportService(session, tenant_id).content(bot.id)
    finally:
        await database.close()
    data = write_content(content).encode() if options.format == "json" else rasa_zip(content)
    output: Path = options.output
    await asyncio.to_thread(output.write_bytes, data)
    return f"{output}: {len(data)} bytes"


def render(read: ReadBot, imported: Imported, language: str) -> str:
    """A table of counts, then a line for whatever could not come over."""

    def said(text: Text, **values: object) -> str:
        return text.format(**values).in_language(language)

    lines = [said(_BOT, name=imported.bot.row.name, id=imported.bot.row.id), ""]
    for title, counts in ((f"{said(_FOUND)} ({read.format})", read.found), (said(_MADE), imported.added)):
        lines += [title, *(f"  {name.replace('_', ' '):<24}{count:>8,}" for name, count in counts.items()), ""]
    notices, omitted = read.notices.sorted(), read.notices.omitted
    if notices:
        lines.append(said(_LEFT, count=len(notices) + omitted))
        lines += [f"  {notice.place}  {notice.text.in_language(language)}" for notice in notices]
        lines += [f"  {said(_MORE, count=omitted)}"] if omitted else []
    else:
        lines.append(said(_NONE_LEFT))
    lines += ["", said(_TRAINING if imported.training_job_id else _UNTRAINED)]
    return "\n".join(lines)


def _files(path: Path, notices: Notices, language: str) -> dict[str, bytes]:
    if path.is_dir():
        return files_of_folder(path, notices)
    if path.is_file():
        return files_of_upload(path, path.name, notices, language=language)
    raise InvalidInput(f"There is no {path}.")


async def _store(
    database: Database, settings: Settings, options: argparse.Namespace, read: ReadBot, name: str
) -> Imported:
    tenant_id = await tenant_id_of(database, options.tenant)
    async with database.write(tenant_id) as session:
        service = BotImportService(session, tenant_id, JobQueue(database, settings, InProcessRunner()))
        known = await BotRepository(session, tenant_id).named(name)
        if known is not None:
            return await service.merge(known.id, read, created_by=MADE_BY, activate=options.activate)
        return await service.create(read, name=name, created_by=MADE_BY, activate=options.activate)

"""`chatbot import` and `chatbot export`: what the API does, for files on the operator's own disk."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from sqlalchemy import select

from chatbot.exchange.content import BotContent
from chatbot.exchange.exporting import BotExportService
from chatbot.exchange.files import files_of_folder, files_of_upload
from chatbot.exchange.formats import read_bot
from chatbot.exchange.importing import BotImportService, Imported
from chatbot.exchange.own_json import write_content
from chatbot.exchange.rasa_writing import rasa_zip
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import InvalidInput, TenantNotFound
from chatbot.foundation.jobs import InProcessRunner, JobQueue
from chatbot.foundation.settings import Settings
from chatbot.models import Bot, Tenant
from nlu.exchange.report import ImportReport, Notices

MADE_BY = "command line"
_LABELS = {
    "en": {
        "found": "found",
        "made": "made",
        "bot": "Bot {name!r} ({id})",
        "training": "It is trained by the running server or worker, or by the next one that starts.",
        "untrained": "It has fewer than two intents and is not trained.",
        "left": "{count} lines to look at:",
        "none": "Everything came over.",
        "more": "... and {count} more",
    },
    "zh": {
        "found": "读到",
        "made": "导入",
        "bot": "机器人“{name}”（{id}）",
        "training": "训练由正在运行的服务或工作进程完成，或在下次启动时进行。",
        "untrained": "意图少于两个，未训练。",
        "left": "需要查看的 {count} 处：",
        "none": "已全部导入。",
        "more": "……另有 {count} 处",
    },
}


async def import_bot(settings: Settings, options: argparse.Namespace) -> str:
    """The report as text. Raises AppError."""
    notices = Notices()
    path: Path = options.path
    files = await asyncio.to_thread(_files, path, notices, options.language)
    format_, found, content = read_bot(files, options.format, notices, language=options.language)
    database = Database(settings.async_database_url)
    try:
        name = str(options.bot or content.settings.get("name") or path.stem)
        imported = await _store(database, settings, options, content, name, notices)
        report = ImportReport(format_, found, imported.added, notices.sorted(), notices.omitted)
        return render(report, imported, options.language)
    finally:
        await database.close()


async def export_bot(settings: Settings, options: argparse.Namespace) -> str:
    """What was written. Raises AppError."""
    database = Database(settings.async_database_url)
    try:
        tenant_id = await _tenant_id(database, options.tenant)
        async with database.read(tenant_id) as session:
            bot_id = await session.scalar(select(Bot.id).where(Bot.tenant_id == tenant_id, Bot.name == options.bot))
            if bot_id is None:
                raise InvalidInput(f"The tenant {options.tenant} has no bot {options.bot!r}.")
            content = await BotExportService(session, tenant_id).content(bot_id)
    finally:
        await database.close()
    data = write_content(content).encode() if options.format == "json" else rasa_zip(content)
    output: Path = options.output
    await asyncio.to_thread(output.write_bytes, data)
    return f"{output}: {len(data)} bytes"


def render(report: ImportReport, imported: Imported, language: str) -> str:
    """A table of counts, then a line for whatever could not come over."""
    labels = _LABELS[language]
    lines = [labels["bot"].format(name=imported.bot.row.name, id=imported.bot.row.id), ""]
    for title, counts in ((labels["found"], report.found), (labels["made"], report.made)):
        lines.append(f"{title} ({report.format})" if counts is report.found else title)
        lines += [f"  {name.replace('_', ' '):<24}{count:>8,}" for name, count in counts.items()]
        lines.append("")
    if report.notices:
        lines.append(labels["left"].format(count=len(report.notices) + report.omitted))
        lines += [f"  {notice.place}  {notice.message(language)}" for notice in report.notices]
        lines += [f"  {labels['more'].format(count=report.omitted)}"] if report.omitted else []
    else:
        lines.append(labels["none"])
    lines += ["", labels["training"] if imported.training_job_id else labels["untrained"]]
    return "\n".join(lines)


def _files(path: Path, notices: Notices, language: str) -> dict[str, bytes]:
    if path.is_dir():
        return files_of_folder(path, notices)
    if path.is_file():
        return files_of_upload(path, path.name, notices, language=language)
    raise InvalidInput(f"There is no {path}.")


async def _store(
    database: Database,
    settings: Settings,
    options: argparse.Namespace,
    content: BotContent,
    name: str,
    notices: Notices,
) -> Imported:
    tenant_id = await _tenant_id(database, options.tenant)
    async with database.write(tenant_id) as session:
        service = BotImportService(session, tenant_id, JobQueue(database, settings, InProcessRunner()))
        known = await session.scalar(select(Bot.id).where(Bot.tenant_id == tenant_id, Bot.name == name))
        if known is not None:
            return await service.merge(known, content, created_by=MADE_BY, activate=options.activate, notices=notices)
        return await service.create(content, name=name, created_by=MADE_BY, activate=options.activate, notices=notices)


async def _tenant_id(database: Database, slug: str) -> str:
    async with database.read(SYSTEM) as session:
        tenant_id = await session.scalar(select(Tenant.id).where(Tenant.slug == slug))
    if tenant_id is None:
        raise TenantNotFound("tenant", slug)
    return tenant_id

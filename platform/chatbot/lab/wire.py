"""The lab among the parts of a process."""

from __future__ import annotations

from chatbot.foundation.database import Database
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.parts import Parts
from chatbot.foundation.settings import Settings
from chatbot.foundation.threads import DeskThreads
from chatbot.lab import routes, set_routes
from chatbot.lab.calibration.calibration import Calibrate, CalibrationJob
from chatbot.lab.calibration.calibrator import Calibrator
from chatbot.lab.lab import RetrievalLab
from chatbot.lab.runs import CarryOutRun, LabRunJob, LabRunner
from chatbot.search.indexes import KnowledgeIndexes
from chatbot.search.search import KnowledgeSearch
from knowledge.answering import ExtractiveAnswerer
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index.explanation import Explainer

ROUTERS = (routes.router, set_routes.router)


def wire(parts: Parts, settings: Settings) -> None:
    database, jobs = parts.get(Database), parts.get(JobQueue)
    lab = parts.put(
        RetrievalLab(
            database,
            parts.get(KnowledgeSearch),
            parts.get(KnowledgeIndexes),
            parts.get(Explainer),
            parts.get(ExtractiveAnswerer),
            threads=parts.get(DeskThreads),
        )
    )
    runner = parts.put(LabRunner(database, lab, parts.get(RoutedEmbedder).spaces()))
    runs = LabRunJob(database, runner)
    jobs.register(CarryOutRun, runs, on_failure=runs.failed)
    calibrator = parts.put(Calibrator(database, lab))
    jobs.register(Calibrate, CalibrationJob(calibrator))

"""Understanding among the parts of a process: what serves bots, and the jobs that train and measure."""

from __future__ import annotations

from functools import partial

from chatbot.foundation.database import Database
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.parts import Parts
from chatbot.foundation.settings import Settings
from chatbot.foundation.threads import DeskThreads, JobThreads, TurnThreads
from chatbot.understanding import routes
from chatbot.understanding.desk import UnderstandingDesk
from chatbot.understanding.job_orders import Evaluate, LookForDrift, PutTogether, Train
from chatbot.understanding.measures import routes as measure_routes
from chatbot.understanding.measures.clusters import ClusterJob
from chatbot.understanding.measures.drift import DriftJob
from chatbot.understanding.measures.evaluation import EvaluationJob
from chatbot.understanding.serving import BotRuntimes
from chatbot.understanding.training.job import TrainingJob
from chatbot.understanding.training.stale import queue_stale_versions
from chatbot.understanding.versions.gate import QualityGate
from chatbot.understanding.versions.loaded import LoadedVersions
from knowledge.embedders.routed import RoutedEmbedder
from nlu.vectors import Encoders

ROUTERS = (routes.router, measure_routes.router)


def wire(parts: Parts, settings: Settings) -> None:
    database, jobs, metrics = parts.get(Database), parts.get(JobQueue), parts.get(Metrics)
    job_threads, desk_threads = parts.get(JobThreads), parts.get(DeskThreads)
    embedder = parts.get(RoutedEmbedder)
    encoders = Encoders(embedder, embedder.for_all_languages())
    versions = LoadedVersions(parts.get(TurnThreads), encoders)
    bots = BotRuntimes(
        database,
        encoders,
        versions,
        max_bytes=settings.model_cache_bytes,
        on_damage=lambda: metrics.outage("models"),
    )
    gate = QualityGate(database, versions, desk_threads)
    jobs.register(Train, TrainingJob(database, encoders, job_threads, gate=gate, jobs=jobs))
    evaluation = EvaluationJob(database, versions, encoders, job_threads)
    jobs.register(Evaluate, evaluation, on_failure=evaluation.failed)
    jobs.register(LookForDrift, DriftJob(database, versions, job_threads, jobs=jobs, metrics=metrics))
    jobs.register(PutTogether, ClusterJob(database, versions, encoders, job_threads))
    parts.put(bots)
    parts.put(UnderstandingDesk(database, bots, gate, jobs, desk_threads))
    if settings.run_jobs:
        parts.at_start_and_stop(partial(queue_stale_versions, database, jobs, embedder.spaces()))

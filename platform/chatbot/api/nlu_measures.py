"""Measuring a bot's understanding: evaluations, the regression set, drift, and messages that were not understood."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from chatbot.api.fields import Cursor, Identifier, Limit, ListOf
from chatbot.api.languages import PreferredLanguage
from chatbot.api.nlu_measure_schemas import (
    ClusterBody,
    ClusterOrder,
    Decision,
    DecisionBody,
    DriftBody,
    DriftOrder,
    EvaluationBody,
    EvaluationOrder,
    EvaluationSummary,
    NewRegression,
    RegressionAdded,
    RegressionBody,
)
from chatbot.api.nlu_schemas import JobBody
from chatbot.api.problems import CONFLICT, NOT_FOUND
from chatbot.dependencies import ResourcesDep, SessionDep, require
from chatbot.security import Caller
from chatbot.services.drift import DriftService
from chatbot.services.evaluation import EvaluationService
from chatbot.services.evaluation_regression import RegressionService
from chatbot.services.message_clusters import ClusterService

router = APIRouter(prefix="/v1/bots/{bot_id}/nlu", tags=["understanding"])

Reader = Annotated[Caller, Depends(require("bots:read"))]
Writer = Annotated[Caller, Depends(require("bots:write"))]


async def _evaluations(caller: Reader, session: SessionDep, resources: ResourcesDep) -> EvaluationService:
    return EvaluationService(session, caller.tenant_id, resources.jobs)


async def _writable_evaluations(caller: Writer, session: SessionDep, resources: ResourcesDep) -> EvaluationService:
    return EvaluationService(session, caller.tenant_id, resources.jobs)


async def _regression(caller: Reader, session: SessionDep) -> RegressionService:
    return RegressionService(session, caller.tenant_id)


async def _writable_regression(caller: Writer, session: SessionDep) -> RegressionService:
    return RegressionService(session, caller.tenant_id)


async def _drift(caller: Reader, session: SessionDep, resources: ResourcesDep) -> DriftService:
    return DriftService(session, caller.tenant_id, resources.jobs)


async def _writable_drift(caller: Writer, session: SessionDep, resources: ResourcesDep) -> DriftService:
    return DriftService(session, caller.tenant_id, resources.jobs)


async def _clusters(caller: Reader, session: SessionDep, resources: ResourcesDep) -> ClusterService:
    return ClusterService(session, caller.tenant_id, resources.jobs)


async def _writable_clusters(caller: Writer, session: SessionDep, resources: ResourcesDep) -> ClusterService:
    return ClusterService(session, caller.tenant_id, resources.jobs)


@router.post("/evaluate", status_code=202, responses=NOT_FOUND)
async def start_evaluation(
    bot_id: Identifier,
    body: EvaluationOrder,
    evaluations: Annotated[EvaluationService, Depends(_writable_evaluations)],
) -> EvaluationBody:
    """A job measures; ask for the evaluation until it is done."""
    asked = [each.asked() for each in body.examples]
    row = await evaluations.start(bot_id, body.kind, version_id=body.version_id, folds=body.folds, examples=asked)
    return EvaluationBody.of(row)


@router.get("/evaluations", responses=NOT_FOUND)
async def list_evaluations(
    bot_id: Identifier,
    evaluations: Annotated[EvaluationService, Depends(_evaluations)],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[EvaluationSummary]:
    """Newest first."""
    rows, following = await evaluations.page(bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[EvaluationSummary.of(row) for row in rows], next_cursor=following)


@router.get("/evaluations/{evaluation_id}", responses=NOT_FOUND)
async def get_evaluation(
    bot_id: Identifier, evaluation_id: Identifier, evaluations: Annotated[EvaluationService, Depends(_evaluations)]
) -> EvaluationBody:
    return EvaluationBody.of(await evaluations.get(bot_id, evaluation_id))


@router.get("/regression", responses=NOT_FOUND)
async def list_regression_examples(
    bot_id: Identifier,
    regression: Annotated[RegressionService, Depends(_regression)],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[RegressionBody]:
    """Newest first."""
    rows, following = await regression.page(bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[RegressionBody.of(row) for row in rows], next_cursor=following)


@router.post("/regression", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def add_regression_examples(
    bot_id: Identifier, body: NewRegression, regression: Annotated[RegressionService, Depends(_writable_regression)]
) -> RegressionAdded:
    """Sentences that every version must understand; the quality gate asks them."""
    return RegressionAdded(added=await regression.add(bot_id, [each.asked() for each in body.examples]))


@router.delete("/regression/{regression_id}", status_code=204, responses=NOT_FOUND)
async def delete_regression_example(
    bot_id: Identifier,
    regression_id: Identifier,
    regression: Annotated[RegressionService, Depends(_writable_regression)],
) -> None:
    await regression.forget(bot_id, regression_id)


@router.post("/drift", status_code=202, responses=NOT_FOUND)
async def start_drift_report(
    bot_id: Identifier,
    body: DriftOrder,
    drift: Annotated[DriftService, Depends(_writable_drift)],
    language: PreferredLanguage,
) -> JobBody:
    """Look now; every bot with an active version is looked at daily."""
    return JobBody.of(await drift.start(bot_id, days=body.days), language)


@router.get("/drift", responses=NOT_FOUND)
async def list_drift_reports(
    bot_id: Identifier, drift: Annotated[DriftService, Depends(_drift)], limit: Limit = 10, cursor: Cursor = None
) -> ListOf[DriftBody]:
    """Newest first."""
    rows, following = await drift.page(bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[DriftBody.of(row) for row in rows], next_cursor=following)


@router.post("/clusters", status_code=202, responses=NOT_FOUND)
async def start_clustering(
    bot_id: Identifier,
    body: ClusterOrder,
    clusters: Annotated[ClusterService, Depends(_writable_clusters)],
    language: PreferredLanguage,
) -> JobBody:
    """Puts together what was not understood; open clusters are made anew, decided ones stay."""
    return JobBody.of(await clusters.start(bot_id, days=body.days), language)


@router.get("/clusters", responses=NOT_FOUND)
async def list_clusters(
    bot_id: Identifier,
    clusters: Annotated[ClusterService, Depends(_clusters)],
    status: Annotated[Literal["open", "assigned", "knowledge_gap", "dismissed"] | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[ClusterBody]:
    """The largest of a page first."""
    rows, following = await clusters.page(bot_id, status=status, limit=limit, cursor=cursor)
    return ListOf(items=[ClusterBody.of(row) for row in rows], next_cursor=following)


@router.post("/clusters/{cluster_id}/assign", responses={**NOT_FOUND, **CONFLICT})
async def assign_cluster(
    bot_id: Identifier,
    cluster_id: Identifier,
    body: Decision,
    clusters: Annotated[ClusterService, Depends(_writable_clusters)],
) -> DecisionBody:
    """Its messages become examples; train, and the gate shows the effect before the version is activated."""
    done = await clusters.assign(bot_id, cluster_id, body.action, intent=body.intent, excluded=body.excluded)
    return DecisionBody(
        cluster=ClusterBody.of(done.cluster),
        examples_added=done.examples_added,
        regression_added=done.regression_added,
    )

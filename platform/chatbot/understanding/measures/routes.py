"""Measuring a bot's understanding: evaluations, the regression set, drift, and messages that were not understood."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from chatbot.edge.dependencies import service
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf
from chatbot.edge.job_body import JobBody
from chatbot.edge.languages import PreferredLanguage
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.foundation.jobs import JobQueue
from chatbot.understanding.measures.clusters import ClusterService
from chatbot.understanding.measures.drift import DriftService
from chatbot.understanding.measures.evaluation import EvaluationService
from chatbot.understanding.measures.regression import RegressionService
from chatbot.understanding.measures.schemas import (
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

router = APIRouter(prefix="/v1/bots/{bot_id}/nlu", tags=["understanding"])

Evaluations = Annotated[EvaluationService, service(EvaluationService, "bots:read", JobQueue)]
WritableEvaluations = Annotated[EvaluationService, service(EvaluationService, "bots:write", JobQueue)]
Regression = Annotated[RegressionService, service(RegressionService, "bots:read")]
WritableRegression = Annotated[RegressionService, service(RegressionService, "bots:write")]
Drift = Annotated[DriftService, service(DriftService, "bots:read", JobQueue)]
WritableDrift = Annotated[DriftService, service(DriftService, "bots:write", JobQueue)]
Clusters = Annotated[ClusterService, service(ClusterService, "bots:read", JobQueue)]
WritableClusters = Annotated[ClusterService, service(ClusterService, "bots:write", JobQueue)]


@router.post("/evaluate", status_code=202, responses=NOT_FOUND)
async def start_evaluation(
    bot_id: Identifier,
    body: EvaluationOrder,
    evaluations: WritableEvaluations,
) -> EvaluationBody:
    """A job measures; ask for the evaluation until it is done."""
    asked = [each.asked() for each in body.examples]
    row = await evaluations.start(bot_id, body.kind, version_id=body.version_id, folds=body.folds, examples=asked)
    return EvaluationBody.of(row)


@router.get("/evaluations", responses=NOT_FOUND)
async def list_evaluations(
    bot_id: Identifier,
    evaluations: Evaluations,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[EvaluationSummary]:
    """Newest first."""
    rows, following = await evaluations.page(bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[EvaluationSummary.of(row) for row in rows], next_cursor=following)


@router.get("/evaluations/{evaluation_id}", responses=NOT_FOUND)
async def get_evaluation(bot_id: Identifier, evaluation_id: Identifier, evaluations: Evaluations) -> EvaluationBody:
    return EvaluationBody.of(await evaluations.get(bot_id, evaluation_id))


@router.get("/regression", responses=NOT_FOUND)
async def list_regression_examples(
    bot_id: Identifier,
    regression: Regression,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[RegressionBody]:
    """Newest first."""
    rows, following = await regression.page(bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[RegressionBody.model_validate(row) for row in rows], next_cursor=following)


@router.post("/regression", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def add_regression_examples(
    bot_id: Identifier, body: NewRegression, regression: WritableRegression
) -> RegressionAdded:
    """Sentences that every version must understand; the quality gate asks them."""
    return RegressionAdded(added=await regression.add(bot_id, [each.asked() for each in body.examples]))


@router.delete("/regression/{regression_id}", status_code=204, responses=NOT_FOUND)
async def delete_regression_example(
    bot_id: Identifier,
    regression_id: Identifier,
    regression: WritableRegression,
) -> None:
    await regression.forget(bot_id, regression_id)


@router.post("/drift", status_code=202, responses=NOT_FOUND)
async def start_drift_report(
    bot_id: Identifier,
    body: DriftOrder,
    drift: WritableDrift,
    language: PreferredLanguage,
) -> JobBody:
    """Look now; every bot with an active version is looked at daily."""
    return JobBody.of(await drift.start(bot_id, days=body.days), language)


@router.get("/drift", responses=NOT_FOUND)
async def list_drift_reports(
    bot_id: Identifier, drift: Drift, limit: Limit = 10, cursor: Cursor = None
) -> ListOf[DriftBody]:
    """Newest first."""
    rows, following = await drift.page(bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[DriftBody.model_validate(row) for row in rows], next_cursor=following)


@router.post("/clusters", status_code=202, responses=NOT_FOUND)
async def start_clustering(
    bot_id: Identifier,
    body: ClusterOrder,
    clusters: WritableClusters,
    language: PreferredLanguage,
) -> JobBody:
    """Puts together what was not understood; open clusters are made anew, decided ones stay."""
    return JobBody.of(await clusters.start(bot_id, days=body.days), language)


@router.get("/clusters", responses=NOT_FOUND)
async def list_clusters(
    bot_id: Identifier,
    clusters: Clusters,
    status: Annotated[Literal["open", "assigned", "knowledge_gap", "dismissed"] | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[ClusterBody]:
    """The largest of a page first."""
    rows, following = await clusters.page(bot_id, status=status, limit=limit, cursor=cursor)
    return ListOf(items=[ClusterBody.model_validate(row) for row in rows], next_cursor=following)


@router.post("/clusters/{cluster_id}/assign", responses={**NOT_FOUND, **CONFLICT})
async def assign_cluster(
    bot_id: Identifier,
    cluster_id: Identifier,
    body: Decision,
    clusters: WritableClusters,
) -> DecisionBody:
    """Its messages become examples; train, and the gate shows the effect before the version is activated."""
    done = await clusters.assign(bot_id, cluster_id, body.action, intent=body.intent, excluded=body.excluded)
    return DecisionBody.model_validate(done)

"""The step of a training that a bot may ask for: an encoder of its own, if that understands more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from chatbot.foundation.errors import Conflict
from chatbot.understanding.training.data import TrainingData
from nlu.intents.model import TrainingSettings
from nlu.intents.tuning import Trial, TunedLayers, Tuner, is_available, tune
from nlu.vectors import Encoders

KEPT, NO_GAIN, TOO_FEW, UNAVAILABLE = "kept", "no_gain", "too_few", "unavailable"
UNAVAILABLE_WORDS = {
    "zh": "此安装缺少微调所需的 PyTorch；请安装附加组件 local-models。",
    "en": "This installation lacks PyTorch, which tuning needs; install the extra local-models.",
}


class TuningUnavailable(Conflict):
    code = "tuning_unavailable"
    title = "Encoders can't be tuned here"


@dataclass(frozen=True, slots=True)
class TuningResult:
    """`encoders` are those to train with; `metrics` go to the version's."""

    encoders: Encoders
    tuned: TunedLayers | None = None
    metrics: dict[str, object] = field(default_factory=dict)


def tune_for(
    data: TrainingData,
    encoders: Encoders,
    tuner: Tuner | None,
    settings: TrainingSettings,
    progress: Callable[[float], None],
) -> TuningResult:
    """Blocking: minutes of one core where the bot asks for it, nothing where it does not."""
    if not data.tuning:
        return TuningResult(encoders)
    if tuner is None or not is_available():
        return TuningResult(encoders, metrics={"tuning": UNAVAILABLE})
    tuned, trials = tune(data.examples, encoders, tuner, settings, progress)
    if tuned is None:
        return TuningResult(encoders, metrics=_metrics(NO_GAIN if trials else TOO_FEW, trials))
    return TuningResult(tuned.encoders(encoders, tuner), tuned, _metrics(KEPT, trials))


def _metrics(outcome: str, trials: list[Trial]) -> dict[str, object]:
    """Shares of the held-out examples of all languages that were understood."""
    asked = sum(trial.asked for trial in trials)
    shares = (
        {
            "tuning_before": round(sum(trial.before for trial in trials) / asked, 4),
            "tuning_after": round(sum(trial.after for trial in trials) / asked, 4),
        }
        if asked
        else {}
    )
    return {"tuning": outcome, "tuning_asked": asked, **shares}

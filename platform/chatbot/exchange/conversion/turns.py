"""Rules and stories cut into turns: what the user means, and what the bot does then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nlu.exchange.bot import ImportedBot, Place, Step, Story

# Rasa's own actions, which say nothing or have their counterpart in the engine.
SILENT = frozenset(
    {
        "action_listen",
        "action_restart",
        "action_back",
        "action_session_start",
        "action_deactivate_loop",
        "action_deactivate_form",
        "action_default_fallback",
        "action_two_stage_fallback",
        "action_default_ask_affirmation",
        "action_default_ask_rephrase",
        "action_revert_fallback_events",
        "action_unlikely_intent",
        "action_extract_slots",
    }
)


_DEEPEST = 5  # checkpoints in a row, which may go round in a circle
_MOST_STORIES = 5000


@dataclass(frozen=True, slots=True)
class Turn:
    """`says` are responses in order, `programs` custom actions. `starts` is a form that begins; `ends`: one is over,
    and the rest came after it. `is_first`: nothing came before it in its story. `slots` got a value with it."""

    intents: tuple[str, ...]
    says: tuple[str, ...]
    programs: tuple[str, ...]
    place: Place
    starts: str = ""
    ends: bool = False
    is_first: bool = False
    loop: str = ""
    slots: tuple[str, ...] = ()


def joined_at_checkpoints(stories: Sequence[Story]) -> list[Story]:
    """Stories that begin at a checkpoint, told on from each that ends at it; the others as they are."""
    beginning: dict[str, list[Story]] = {}
    for story in stories:
        if story.steps and story.steps[0].kind == "checkpoint":
            beginning.setdefault(story.steps[0].name, []).append(story)
    reached = {story.steps[-1].name for story in stories if story.steps and story.steps[-1].kind == "checkpoint"}
    told = [(s, 0) for s in stories if not (s.steps and s.steps[0].kind == "checkpoint" and s.steps[0].name in reached)]
    for story, depth in told:  # grows while it is read
        last = story.steps[-1] if story.steps else None
        if last is None or last.kind != "checkpoint" or depth == _DEEPEST:
            continue
        following = beginning.get(last.name, ())[: max(0, _MOST_STORIES - len(told))]
        told += [(replace(each, steps=(*story.steps[:-1], *each.steps[1:])), depth + 1) for each in following]
    return [story for story, _ in told]


def turns_of(story: Story, bot: ImportedBot) -> Iterator[Turn]:
    """A turn a message of the user, and one more where a form is over."""
    parts: list[tuple[Step | None, list[Step]]] = [(None, [])]  # what opens a turn, and the rest of it
    for step in story.steps:
        if step.kind == "user" or (step.kind == "loop" and not step.name):
            parts.append((step, []))
        else:
            parts[-1][1].append(step)
    loop = running = story.loop
    is_first = not story.loop
    for opening, steps in parts:
        ends = opening is not None and opening.kind == "loop"
        loop = running if ends else loop
        begun = [step.name for step in steps if step.kind in ("action", "loop") and step.name in bot.forms]
        starts = begun[-1] if begun else ""
        actions = [step for step in steps if step.kind == "action" and step.name not in bot.forms]
        says = tuple(step.name for step in actions if _is_said(step.name, bot))
        done = (step.name or step.text for step in actions if not _is_said(step.name, bot) and step.name not in SILENT)
        programs = tuple(filter(None, done))
        slots = tuple(step.name for step in steps if step.kind == "slot")
        if opening:
            yield Turn(opening.intents, says, programs, opening.place, starts, ends, is_first, loop, slots)
        elif says or programs:
            yield Turn((), says, programs, story.place, starts, ends, False, loop, slots)
        if opening or says or programs or any(step.kind == "checkpoint" for step in steps):
            is_first = False
        loop, running = starts or loop, starts or running


def _is_said(action: str, bot: ImportedBot) -> bool:
    return bool(action) and (action in bot.responses or action.startswith("utter_"))

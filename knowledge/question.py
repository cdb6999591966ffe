"""What is put to knowledge bases: a question with all that says how it is meant."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.followups import Topic, leans_back
from knowledge.retrieval import PassageFilter


@dataclass(frozen=True, slots=True)
class Question:
    """`limit`: passages at most. `topic`: the talk before. `only`: what it is put to."""

    text: str
    language: str
    limit: int = 8
    only: PassageFilter = field(default_factory=PassageFilter)
    topic: Topic = field(default_factory=Topic)

    @property
    def placed(self) -> str:
        """With what is known of what it follows, to look for passages; "" where it follows nothing."""
        return self.topic.around(self.text) if self.topic else ""

    @property
    def placed_among_faqs(self) -> str:
        """With what it is about, to compare with questions; "" where it stands alone."""
        return self.topic.about(self.text) if self.topic and leans_back(self.text) else ""

"""One embedder a language, one for all languages, and a small memory of the questions just asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from knowledge.embedders.onnx_encoder import OnnxEmbedder, TokenStates
from knowledge.embedders.remembered import Remembered
from knowledge.retrieval import Embedder, Vectors


class RoutedEmbedder:
    """Chooses the embedder by language. Vectors of two spaces are never mixed: a call names one language.

    Fits by shape where sentence vectors are wanted elsewhere: `space(language)` and `encode(texts, language=...)`.
    """

    def __init__(
        self,
        routes: Mapping[str, Embedder],
        *,
        across: Embedder | None = None,
        fallback: str = "en",
        remembered_queries: int = 256,
    ) -> None:
        """A language without a route takes `fallback`'s. The memory saves a turn that embeds its message twice.

        `across` reads every language: passages get a vector of it as well, for questions in another language than
        theirs. Where all routes share a space already it is left aside.
        """
        if fallback not in routes:
            raise ValueError(f"no embedder for the fallback language {fallback!r}")
        self._routes = dict(routes)
        one_space = len({embedder.space for embedder in routes.values()}) == 1
        self._across = None if one_space else across
        self._fallback = fallback
        self._remembered = Remembered(remembered_queries)

    def embedder(self, language: str) -> Embedder:
        """The model that serves this language; the language is detected by the caller."""
        return self._routes.get(language) or self._routes[self._fallback]

    def space(self, language: str) -> str:
        """The space of this language's vectors: model name and digest."""
        return self.embedder(language).space

    @property
    def shared_space(self) -> str | None:
        """The space of every language's passages; None where there is none beside the languages' own."""
        return None if self._across is None else self._across.space

    def for_all_languages(self) -> RoutedEmbedder | None:
        """The embedder of the shared space alone, for every language; None where there is none."""
        return None if self._across is None else RoutedEmbedder({self._fallback: self._across}, fallback=self._fallback)

    def spaces(self) -> frozenset[str]:
        """Every space in use."""
        used = frozenset(embedder.space for embedder in self._routes.values())
        return used if self._across is None else used | {self._across.space}

    def passage_spaces(self, language: str) -> frozenset[str]:
        """Those that a passage of this language needs a vector in; without one it has to be indexed anew."""
        own = frozenset({self.space(language)})
        return own if self._across is None else own | {self._across.space}

    def dimension(self, language: str) -> int:
        return self.embedder(language).dimension

    def encode_queries(self, texts: Sequence[str], *, language: str) -> Vectors:
        """Unit vectors of questions."""
        embedder = self.embedder(language)
        if isinstance(embedder, OnnxEmbedder):
            return embedder.as_questions(self._remembering("text", embedder.space, texts, embedder.encode_passages))
        return self._remembering("query", embedder.space, texts, embedder.encode_queries)

    def encode_across(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions in the shared space. Raises ValueError where there is none."""
        if self._across is None:
            raise ValueError("no embedder reads every language")
        return self._remembering("query", self._across.space, texts, self._across.encode_queries)

    def encode_for_index(self, texts: Sequence[str], *, language: str) -> dict[str, Vectors]:
        """Unit vectors of passages in every space of `passage_spaces`."""
        vectors = {self.space(language): self.encode_passages(texts, language=language)}
        if self._across is not None:
            vectors[self._across.space] = self._across.encode_passages(texts)
        return vectors

    def encode_passages(self, texts: Sequence[str], *, language: str) -> Vectors:
        """Unit vectors of passages, to be stored under `space(language)`."""
        return self.embedder(language).encode_passages(texts)

    def encode(self, texts: Sequence[str], *, language: str) -> Vectors:
        """Unit vectors for comparing sentences with each other, neither side being a question to a passage."""
        embedder = self.embedder(language)
        return self._remembering("text", embedder.space, texts, embedder.encode_passages)

    def token_states(self, texts: Sequence[str], *, language: str) -> list[TokenStates] | None:
        """What the language's model makes of each token; None where it does not show that.

        One text's vector, which comes of the same run, is remembered for `encode`.
        """
        embedder = self.embedder(language)
        if not isinstance(embedder, OnnxEmbedder):
            return None
        states, vectors = embedder.read(texts)
        self._remembering("text", embedder.space, texts, lambda _: vectors)
        return states

    def _remembering(
        self, kind: str, space: str, texts: Sequence[str], compute: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        if len(texts) != 1:
            return compute(texts)
        return self._remembered.get((kind, space, texts[0]), lambda: compute(texts))

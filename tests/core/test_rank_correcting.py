"""A second model on top of the linear score: the best articles are corrected, and reasons stay what they claim."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nashra.core.rank import Candidate, Context, Profile, Taste, pool_of, rank
from nashra.core.rank.correcting import MOST, Floats, best_of
from nashra.core.rank.scoring import reasons, scores
from nashra.core.rank.signals import REGISTRY

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
AT = {one.key: place for place, one in enumerate(REGISTRY)}


class Together:
    """Likes a followed topic only in fresh pieces, and holds it against old ones."""

    def added(self, rows: Floats) -> Floats:
        topic, fresh = rows[:, AT["follow_topic"]], rows[:, AT["fresh"]]
        return np.where(topic > 0, np.where(fresh > 0.5, 2.0, -3.0), 0.0).astype(np.float32)


TOGETHER = Context(correction=Together())
READER = Profile(topics=frozenset({"water"}))


def piece(number: int, *, hours: float, topics: tuple[str, ...] = ("water",), source: int = 1) -> Candidate:
    return Candidate(number, source, NOW - timedelta(hours=hours), topics=topics)


def said(candidates: list[Candidate], context: Context, profile: Profile = READER) -> list[set[str]]:
    found = scores(pool_of(candidates), profile, context, NOW)
    return [{one.key for one in reasons(found, place, profile)} for place in range(len(candidates))]


def test_a_signal_is_a_reason_only_where_its_silence_would_lower_the_corrected_score() -> None:
    pieces = [piece(1, hours=2), piece(2, hours=60)]

    assert said(pieces, Context()) == [{"follow_topic", "fresh"}, {"follow_topic", "fresh"}]
    assert said(pieces, TOGETHER) == [{"follow_topic", "fresh"}, {"fresh"}]


def test_the_part_of_a_reason_is_what_the_score_loses_without_it() -> None:
    pool = pool_of([piece(1, hours=2)])
    found = scores(pool, READER, TOGETHER, NOW)
    without = scores(pool, replace(READER, topics=frozenset()), TOGETHER, NOW)

    (part,) = [one.part for one in reasons(found, 0, READER) if one.key == "follow_topic"]

    assert part == pytest.approx(float(found.totals[0] - without.totals[0]), abs=1e-5)
    assert part == pytest.approx(REGISTRY[AT["follow_topic"]].weight + 2, abs=1e-5)


def test_the_correction_changes_the_order_of_the_page() -> None:
    pieces = [piece(1, hours=60), piece(2, hours=59, topics=(), source=2)]
    known = replace(READER, source_taste={7: Taste(1.0, 5)})

    assert [one.item.id for one in rank(pieces, known, Context(), now=NOW)][:1] == [1]
    assert [one.item.id for one in rank(pieces, known, TOGETHER, now=NOW)][:1] == [2]


def test_with_personal_news_switched_off_the_second_model_hears_no_personal_signal() -> None:
    heard: list[Floats] = []

    class Listening:
        def added(self, rows: Floats) -> Floats:
            heard.append(rows)
            return np.zeros(len(rows), np.float32)

    scores(pool_of([piece(1, hours=2)]), replace(READER, personalise=False), Context(correction=Listening()), NOW)

    (rows,) = heard
    assert rows[0, AT["fresh"]] > 0
    assert rows[0, AT["follow_topic"]] == 0


def test_only_the_best_are_corrected_and_others_keep_their_parts() -> None:
    pieces = [piece(number, hours=number / 30) for number in range(1, MOST + 31)]
    pool = pool_of(pieces)

    found, plain = (scores(pool, READER, context, NOW) for context in (TOGETHER, Context()))

    assert best_of(plain.totals).sum() == MOST
    assert (found.totals[MOST:] == plain.totals[MOST:]).all()
    assert (found.totals[:MOST] != plain.totals[:MOST]).all()
    assert (found.parts(MOST + 3) == plain.parts(MOST + 3)).all()
    kept = found.take(np.array([MOST + 3, 5], np.intp))
    assert kept.parts(0) == pytest.approx(plain.parts(MOST + 3))
    assert kept.parts(1)[AT["follow_topic"]] > plain.parts(5)[AT["follow_topic"]]

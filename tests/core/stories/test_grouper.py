"""Articles about one event come together; everything else stays apart."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nashra.core.stories import Grouper, Item, near_duplicate
from nashra.core.text.words import WORD

ARABIC = json.loads((Path(__file__).parents[2] / "data" / "stories" / "arabic.json").read_text("utf-8"))
NOW = datetime(2026, 3, 12, 8, tzinfo=UTC)


def item(name: str, title: str, *, text: str = "", language: str = "en", source: str = "A", minutes: int = 0) -> Item:
    return Item(name, title, text, language, source, NOW + timedelta(minutes=minutes))


QUAKE = "Strong earthquake shakes the Greek island of Crete"
QUAKE_AGAIN = "Earthquake near Crete shakes Greek islands"
BOOK = "Novelist Sahar Elmougy wins Arabic fiction prize"


def test_arabic_reports_of_one_event_form_one_story_and_others_stay_alone() -> None:
    grouper, expected = Grouper(), defaultdict(set)
    for number, row in enumerate(sorted(ARABIC, key=lambda row: row["minute"])):
        expected[row["story"]].add(str(number))
        grouper.add(item(str(number), row["title"], text=row["text"], language="ar", source=row["source"],
                         minutes=row["minute"]))  # fmt: skip
    found = defaultdict(set)
    for name, story in grouper.assignment().items():
        found[story].add(name)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, expected.values()))


def test_the_second_report_joins_the_first_and_says_why() -> None:
    grouper = Grouper()
    first = grouper.add(item("1", QUAKE))
    second = grouper.add(item("2", QUAKE_AGAIN, source="B", minutes=30))
    assert (first.reason, second.reason) == ("new", "similar")
    assert first.story_id == second.story_id == "story:1"
    assert {"earthquake", "crete"} <= set(second.shared)


def test_a_copy_is_named_a_near_duplicate() -> None:
    grouper = Grouper()
    grouper.add(item("1", QUAKE))
    assert grouper.add(item("2", QUAKE, source="B", minutes=5)).reason == "near_duplicate"


def test_one_shared_word_is_not_a_story() -> None:
    grouper = Grouper()
    grouper.add(item("1", "Crete opens a museum"))
    assert grouper.add(item("2", "Crete wins", source="B")).reason == "new"


def test_a_story_that_fell_silent_is_not_continued_days_later() -> None:
    grouper = Grouper()
    grouper.add(item("1", QUAKE))
    assert grouper.add(item("2", QUAKE_AGAIN, source="B", minutes=4 * 24 * 60)).reason == "new"


def test_one_source_rarely_tells_an_event_twice_within_minutes() -> None:
    grouper = Grouper()
    grouper.add(item("1", QUAKE))
    assert grouper.add(item("2", QUAKE_AGAIN, minutes=2)).reason == "new"
    assert grouper.add(item("3", QUAKE, minutes=3)).reason == "near_duplicate"


def test_two_languages_never_share_a_story() -> None:
    grouper = Grouper()
    grouper.add(item("1", "NATO summit Ankara 2026", language="en"))
    assert grouper.add(item("2", "NATO summit Ankara 2026", language="fr", source="B")).reason == "new"


def test_adding_an_article_again_changes_nothing() -> None:
    grouper = Grouper()
    first = grouper.add(item("1", QUAKE))
    again = grouper.add(item("1", "another title"))
    assert (again.story_id, again.reason) == (first.story_id, "known")
    assert grouper.assignment() == {"1": "story:1"}


def test_two_stories_become_one_when_an_article_tells_both() -> None:
    grouper = Grouper()
    grouper.add(item("1", "Ferry Aurora fire off Naxos"))
    grouper.add(item("2", "Passengers rescued from burning ferry near Naxos", source="B", minutes=10))
    joined = grouper.add(item("3", "Ferry Aurora fire off Naxos: passengers rescued from burning ferry", source="C",
                              minutes=20))  # fmt: skip
    assert len(set(grouper.assignment().values())) == 1
    assert set(grouper.assignment().values()) == {joined.story_id}


def test_a_rebuilt_grouper_keeps_the_recorded_stories() -> None:
    grouper = Grouper()
    grouper.add(item("1", QUAKE), story_id="42")
    grouper.add(item("2", BOOK, minutes=1), story_id="43")
    later = grouper.add(item("3", QUAKE_AGAIN, source="B", minutes=30))
    assert later.story_id == "42"
    assert grouper.assignment() == {"1": "42", "2": "43", "3": "42"}


def test_an_article_without_words_is_a_story_of_its_own() -> None:
    grouper = Grouper()
    assert grouper.add(item("1", "…")).reason == "new"
    assert grouper.add(item("2", "…", source="B")).reason == "new"


def test_ended_stories_are_forgotten_but_stay_assigned() -> None:
    grouper = Grouper()
    grouper.add(item("1", QUAKE))
    for number in range(2, 600):
        grouper.add(item(str(number), f"Unique{number} headline{number}", source="B", minutes=number * 15))
    assert grouper.assignment()["1"] == "story:1"
    assert grouper.add(item("late", QUAKE_AGAIN, source="C", minutes=9000)).reason == "new"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("a b c d", "a b c d", 1.0),
        ("a b c d", "d c b a", 0.0),
        ("a b c", "a b d", 1 / 3),
        ("", "a", 0.0),
        ("a", "a", 1.0),
    ],
)
def test_near_duplicates_share_their_words_in_order(a: str, b: str, expected: float) -> None:
    assert near_duplicate(a.split(), b.split()) == pytest.approx(expected)


def test_the_name_of_the_papers_own_town_joins_no_two_events() -> None:
    town = "مرسى النخيل وتل البحر وميناء الزعفران"
    events = [(f"حدث{n} وقع{n}", f"تفصيل{n} شاهد{n} رقم{n} سبب{n} نتيجة{n} {town}") for n in range(30)]
    grouper = Grouper()
    for number, (title, text) in enumerate(events):
        hour = NOW + timedelta(minutes=20 * number)
        grouper.add(Item(str(number), title, text, "ar", f"source {number}", hour))
    found = grouper.assignment()
    assert len({found[str(number)] for number in range(15, 30)}) == 15


def test_a_story_that_there_is_no_room_for_can_be_joined_no_more() -> None:
    grouper = Grouper(most=300)
    grouper.add(item("old", QUAKE))
    assert grouper.members("story:old") == [("old", NOW)]
    for number in range(600):
        grouper.add(item(f"other {number}", f"Item{number} thing{number} place{number}", minutes=60))
    assert grouper.members("story:old") == []
    assert grouper.add(item("late", QUAKE, source="C", minutes=60)).reason == "new"
    assert grouper.assignment()["old"] == "story:old"


def test_the_words_of_a_text_do_as_well_as_the_text() -> None:
    text = "The ferry Aurora burns off Naxos. Passengers were rescued; the sea is calm."
    by_text, by_words = Grouper(), Grouper()
    by_text.add(item("1", QUAKE, text=text))
    by_words.add(Item("1", QUAKE, WORD.findall(text), "en", "A", NOW))
    again = item("2", QUAKE_AGAIN, text=text, source="B", minutes=30)
    assert by_text.add(again) == by_words.add(again)


def test_a_grouper_that_remembers_no_article_decides_alike_and_names_the_members_of_a_story() -> None:
    plain, lean = Grouper(), Grouper(remember=False)
    hours = defaultdict(set)
    for number, row in enumerate(sorted(ARABIC, key=lambda row: row["minute"])):
        at = NOW + timedelta(minutes=row["minute"], microseconds=number)
        told = Item(number, row["title"], row["text"], "ar", row["source"], at)
        decision = plain.add(told)
        assert lean.add(told) == decision
        for name in decision.merged:
            hours[decision.story_id] |= hours.pop(name)
        hours[decision.story_id].add((number, at))
    assert lean.assignment() == {}
    assert {name: set(lean.members(name)) for name in hours} == hours
    assert lean.names() == {name for name, members in hours.items() if len(members) > 1}


def test_a_story_of_no_article_has_no_members() -> None:
    assert Grouper().members("story:1") == []
    grouper = Grouper()
    grouper.add(item("1", QUAKE))
    assert grouper.members("story:2") == []

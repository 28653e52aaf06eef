"""The rule language: read as people write it, written back so that it reads the same."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.text.rules import (
    FIELDS,
    LONGEST,
    MOST_ACTIONS,
    MOST_CONDITIONS,
    Rule,
    RuleError,
    action,
    condition,
    format_rule,
    parse,
    rule,
)

DATA = Path(__file__).parents[2] / "data" / "text"
CASES: list[dict[str, Any]] = json.loads((DATA / "rules.json").read_text("utf-8"))
READ = [case for case in CASES if "written" in case]
REFUSED = [case for case in CASES if "error" in case]
SIGNS = 'whenthidaklsvg:|-"\\«»“”„,،؛ \t\n\x00\u200f\u202e\u2066عندثموحفظكأسـ٣'


def read(text: str) -> tuple[Rule | None, RuleError | None]:
    """The rule, or what is wrong with it."""
    try:
        return parse(text), None
    except RuleError as error:
        return None, error


@pytest.mark.parametrize("case", READ, ids=lambda case: ascii(case["typed"])[:50])
def test_a_rule_is_read_and_written_in_one_way(case: dict[str, Any]) -> None:
    made = parse(case["typed"])
    assert format_rule(made) == case["written"]
    assert parse(case["written"]) == made


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: ascii(case["typed"])[:50])
def test_what_is_wrong_is_told_with_its_place(case: dict[str, Any]) -> None:
    with pytest.raises(RuleError) as error:
        parse(case["typed"])
    assert (error.value.code, error.value.position, error.value.word) == (
        case["error"], case["position"], case["word"],
    )  # fmt: skip


@settings(deadline=None)
@given(st.text() | st.text(alphabet=SIGNS, max_size=60))
def test_no_rule_ever_fails_but_by_saying_where(text: str) -> None:
    made, error = read(text)
    if made is None:
        assert error is not None
        assert error.code == "too-long" or 0 <= error.position <= len(text)
    else:
        assert parse(format_rule(made)) == made


values = st.text(min_size=1, max_size=30) | st.text(alphabet=SIGNS, min_size=1, max_size=12)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(FIELDS), st.lists(values, min_size=1, max_size=3), st.booleans()), max_size=5),
    st.lists(st.sampled_from(("hide", "read", "save")), max_size=3),
    st.lists(values, max_size=3),
)
def test_what_the_fields_of_a_form_say_reads_the_same_when_written(
    parts: list[tuple[Any, list[str], bool]], deeds: list[Any], tags: list[str]
) -> None:
    try:
        conditions = [condition(field, typed, negated=negated) for field, typed, negated in parts]
        made = rule(conditions, [*map(action, deeds), *(action("tag", name) for name in tags)])
    except RuleError:
        return
    assert parse(format_rule(made)) == made


def test_a_rule_is_at_most_a_thousand_characters_long() -> None:
    fits = f"when title:{'ك' * (LONGEST - 21)} then hide"
    assert len(format_rule(parse(fits))) == LONGEST
    for typed in (fits.replace("ك", "كك", 1), "x" * 10_000, "x" * 1_000_000, f"title:{'|'.join('ab' * 200)} " * 20):
        with pytest.raises(RuleError) as error:
            parse(typed)
        assert error.value.code == "too-long"


def test_a_rule_that_grows_over_the_limit_when_written_is_refused() -> None:
    typed = f"نص:ك{chr(92) * 980} ثم حفظ"
    assert len(typed) <= LONGEST
    with pytest.raises(RuleError) as error:
        parse(typed)
    assert error.value.code == "too-long"


def test_conditions_and_actions_are_counted() -> None:
    many = " ".join(f"title:w{n}" for n in range(MOST_CONDITIONS))
    assert len(parse(f"{many} then hide").conditions) == MOST_CONDITIONS
    with pytest.raises(RuleError) as error:
        parse(f"{many} title:more then hide")
    assert (error.value.code, error.value.position) == ("most-conditions", len(many) + 1)
    tags = ", ".join(f"tag:t{n}" for n in range(MOST_ACTIONS))
    assert len(parse(f"title:a then {tags}").actions) == MOST_ACTIONS
    with pytest.raises(RuleError) as error:
        parse(f"title:a then {tags}, hide")
    assert error.value.code == "most-actions"


def test_a_name_of_a_tag_is_bounded() -> None:
    with pytest.raises(RuleError) as error:
        parse(f'title:a then tag:"{"و" * 121}"')
    assert error.value.code == "tag"


def test_the_rules_in_the_documentation_can_be_read() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "read.md").read_text("utf-8")
    examples = guide.partition("**Rules**")[2].split("```")[1].strip().splitlines()
    assert len(examples) == 2
    assert all(parse(line) for line in examples)

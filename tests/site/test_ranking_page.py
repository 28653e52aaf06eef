"""Operation, the ranking: what holds, why, and the owner's way back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.core import rank
from nashra.core.rank.signals import REGISTRY, shipped
from nashra.front.models import Edition, Signal, Weights
from nashra.front.services import fitting
from nashra.front.services.fitting import telling
from nashra.news.models import Article

SignIn = Callable[[Reader], Client]
Make = Callable[..., Article]
REPLAY = {"gain": 0.021, "low": 0.004, "high": 0.038, "auc": 0.64, "lists": 110, "better": True}


@pytest.fixture
def owner(omar: Reader, sign_in: SignIn) -> Client:
    Reader.objects.filter(pk=omar.pk).update(language="en")
    omar.refresh_from_db()
    return sign_in(omar)


def page(client: Client) -> str:
    response = client.get(reverse("operation_ranking"))
    assert response.status_code == 200
    return response.content.decode()


def use(client: Client, what: object) -> int:
    return client.post(reverse("operation_ranking"), {"use": what}).status_code


def fitted(**more: object) -> Weights:
    values = {"fresh": 1.63, **{key: weight for key, weight in shipped().items() if key != "fresh"}}
    return Weights.objects.create(
        **{"state": "current", "values": values, "replay": REPLAY, "impressions": 412, **more}
    )


def test_a_new_installation_says_how_far_it_is(owner: Client) -> None:
    said = page(owner)
    assert "The shipped weights" in said
    assert "300 pages of which something was opened: 0 so far" in said
    assert "None yet." in said
    assert "fewer than five readers" in said


def test_every_signal_of_the_score_stands_there_with_its_reason(owner: Client) -> None:
    missing = [one.key for one in REGISTRY if not telling.weight_reason(one.key)]
    assert not missing
    assert page(owner).count("bars__b") >= 2 * len(REGISTRY)


def test_fitted_weights_stand_beside_the_shipped_ones_with_their_figures(owner: Client) -> None:
    fitted()
    Weights.objects.create(
        state="refused", values=shipped(), impressions=500,
        replay={**REPLAY, "low": -0.01, "better": False, "why": "unsure", "skipped": {"model": 3}},
    )  # fmt: skip
    said = page(owner)
    assert "from 412 pages" in said
    assert "64 of 100 pairs" in said
    assert "1.63" in said
    assert "it is not sure that they are better" in said
    assert "3 were left out" in said


def test_the_owner_goes_back_and_takes_that_back(owner: Client) -> None:
    row = fitted()
    assert use(owner, "shipped") == 302
    assert fitting.weights_in_use() == shipped()
    assert f"back-{row.pk}" in page(owner)
    assert use(owner, f"back-{row.pk}") == 302
    assert fitting.weights_in_use()["fresh"] == 1.63
    former = fitted(state="former", values={"fresh": 0.9})
    assert use(owner, former.pk) == 302
    assert fitting.weights_in_use()["fresh"] == 0.9
    assert "Let weights be fitted again" in page(owner)
    assert use(owner, "fit") == 302
    assert not fitting.is_held(fitting.current_row())


@pytest.mark.parametrize("what", ["", "nothing", "7", "back-x", "back-99", "٣"])
def test_a_choice_that_is_none_is_refused(owner: Client, what: str) -> None:
    assert use(owner, what) == 404


def test_nobody_else_may_look_or_choose(nadia: Reader, layla: Reader, sign_in: SignIn) -> None:
    for reader in (nadia, layla):
        assert sign_in(reader).get(reverse("operation_ranking")).status_code == 404
        assert use(sign_in(reader), "shipped") == 404


def test_what_is_tried_out_is_told_of_five_readers_and_of_no_fewer(
    owner: Client, make_article: Make, django_user_model: type[Reader]
) -> None:
    pieces, now = [make_article(f"خبر {number}") for number in range(4)], timezone.now()

    def shown(number: int) -> None:
        reader = django_user_model.objects.create_user(f"r{number}@example.com", "palm-harbour-42")
        items = [[one.pk, "for_you", 1.0, 1.0, [["fresh", "", 0]]] for one in pieces[:3]]
        items.append([pieces[3].pk, "outside", 1.0, 0.2, [["outside", "", 0], ["fresh", "", 0]]])
        at = now - timedelta(hours=8)
        edition = Edition.objects.create(
            reader=reader, made_at=at, shown_at=at, model=rank.MODEL, items=items, features=b"x", counted=2
        )
        opened = pieces[3] if number == 0 else pieces[0]
        Signal.objects.create(reader=reader, article=opened, what=Signal.What.OPEN, edition=edition, at=at)

    for number in range(4):
        shown(number)
    assert fitting.ranking_view(now).tried is None
    shown(4)
    tried = fitting.ranking_view(now).tried
    assert tried is not None
    assert tried.share == 0.25
    assert tried.rate == pytest.approx(1 / (5 * 12 / 15))
    assert "25%" in page(owner)

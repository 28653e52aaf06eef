"""What the owner is told of the options: trees on top of the weights, and an embedding model."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.core.rank.signals import REGISTRY, shipped
from nashra.front.boosting import keeping
from nashra.front.boosting.keeping import Grown, Status
from nashra.front.embedding import choosing
from tests.front import tiny_models

SignIn = Callable[[Reader], Client]


def test_the_owner_sees_whether_trees_are_on_and_why_not(sign_in: SignIn, omar: Reader) -> None:
    browser = sign_in(omar)
    omar.language = "en"
    omar.save()
    address = "/operation/ranking"
    assert "Off: they have not been grown yet." in browser.get(address).content.decode()
    keys = tuple(one.key for one in REGISTRY)
    made = Status(True, "", 6000, 0.0123, 0.0045, 0.02, timezone.now())
    keeping.write(Grown(keys, tuple(keeping.in_order(shipped(), keys)), made), "")
    assert "On: in the replay they order 1.23 more of 100 pairs" in browser.get(address).content.decode()


def test_the_owner_sees_how_far_the_vectors_are(
    sign_in: SignIn, omar: Reader, make_article: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    omar.language = "en"
    omar.save()
    browser = sign_in(omar)
    assert "Similar meaning" not in browser.get("/operation").content.decode()
    settings.NASHRA_EMBEDDINGS = f"model2vec:{tiny_models.model2vec(tmp_path / 'tiny')}"
    choosing.forget()
    make_article("river", published_at=timezone.now())

    page = browser.get("/operation").content.decode()

    assert "Similar meaning" in page
    assert "0 of 1 recent article has its vector." in page
    choosing.forget()

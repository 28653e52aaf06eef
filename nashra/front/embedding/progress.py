"""How far the encoding is and what hinders it, for the owner."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from nashra.base import locale
from nashra.base.models import Periodic
from nashra.front.embedding import choosing, serving, working
from nashra.front.embedding.model import EmbeddingError


@dataclass(frozen=True, slots=True)
class Progress:
    """`model`: the chosen one; `serves`: the one whose vectors count now. `done` of `total` articles of the window are
    encoded. `error`: a code, and what was seen in `detail`; the next try is at `due_at`.
    """

    model: str
    serves: str
    done: int
    total: int
    error: str = ""
    detail: str = ""
    due_at: datetime | None = None


def progress(now: datetime) -> Progress | None:
    """How it stands; None without a model."""
    try:
        model = choosing.name()
    except EmbeddingError as error:
        return Progress("", "", 0, 0, error.code, error.detail)
    if not model:
        return None
    done, total = serving.coverage(now, model)
    row = Periodic.objects.filter(name=working.NAME).first()
    code, _, detail = (row.error if row else "").partition(": ")
    return Progress(model, serving.serving(now), done, total, code, detail, row.due_at if row else None)


def sentences(found: Progress) -> str:
    """What happened, what was kept, what to do."""
    parts = [_ERRORS.get(found.error, _failed)()] if found.error else []
    if found.error and found.detail:
        parts.append(gettext("Seen: %(what)s.") % {"what": locale.apart(found.detail)})
    parts.append(_counted(found))
    if found.serves and found.serves != found.model:
        parts.append(
            gettext("Until then the vectors of the model before it are used: %(model)s.") % {"model": found.serves}
        )
    if found.error:
        parts.append(
            gettext("Vectors that were made are kept, and pages work without the others. It is tried again by itself.")
        )
    return " ".join(parts)


def _counted(found: Progress) -> str:
    text = ngettext(
        "%(done)s of %(total)s recent article has its vector.",
        "%(done)s of %(total)s recent articles have their vectors.",
        found.total,
    )
    return text % {"done": locale.number(found.done), "total": locale.number(found.total)}


def _failed() -> str:
    return gettext("The embedding model could not be used.")


_ERRORS: dict[str, Callable[[], str]] = {
    "missing": lambda: gettext(
        "The folder of the embedding model is not there. Put it back, or change NASHRA_EMBEDDINGS."
    ),
    "damaged": lambda: gettext(
        "The folder of the embedding model is damaged, or not of this kind. Copy it there again."
    ),
    "package": lambda: gettext("A package that the embedding model needs is not installed."),
    "unreachable": lambda: gettext("The address for embeddings does not answer."),
    "busy": lambda: gettext("The address for embeddings asked to wait."),
    "denied": lambda: gettext("The address for embeddings does not accept the key. Check NASHRA_EMBEDDINGS_KEY."),
    "refused": lambda: gettext(
        "The address for embeddings refused the request. Check NASHRA_EMBEDDINGS and its model."
    ),
    "answer": lambda: gettext("What the address for embeddings answers is not what was asked for."),
    "size": lambda: gettext(
        "The model behind the address gives vectors of another length than before, so it is another model. "
        "Give it another name in NASHRA_EMBEDDINGS_MODEL, and everything is encoded anew."
    ),
    "numbers": lambda: gettext("The embedding model gave vectors that are no numbers; they were not stored."),
}

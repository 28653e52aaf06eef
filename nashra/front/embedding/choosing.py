"""Which model the setting names: read and looked at when the program starts, loaded when a worker needs it."""

import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nashra.front.embedding.model import Embedder, EmbeddingError

_FOLDERS = {  # the package that a kind of folder needs, and the extra that brings it
    "model2vec": ("tokenizers", "nashra[embeddings]"),
    "onnx": ("onnxruntime", "nashra[embeddings-onnx]"),
    "sentence-transformers": ("sentence_transformers", "nashra[embeddings-transformers]"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind (model2vec, onnx, sentence-transformers, address) and its folder or address; empty: no model."""

    kind: str = ""
    place: str = ""


def parse(text: str) -> Choice:
    """The setting's text taken apart; ValueError says what it must be."""
    text = text.strip()
    kind, _, place = text.partition(":")
    if not text:
        return Choice()
    if kind in ("http", "https"):
        if "@" in text.partition("//")[2].partition("/")[0]:
            raise ValueError("must have no password in it; that is what NASHRA_EMBEDDINGS_KEY is for")
        return Choice("address", text)
    if kind not in _FOLDERS or not place.startswith("/"):
        raise ValueError(f"must be {', '.join(f'{one}:/folder' for one in _FOLDERS)} or the address of /embeddings")
    return Choice(kind, place)


def check(choice: Choice) -> None:
    """A quick look at a folder and at what is installed; ValueError says what is wrong. Nothing is loaded."""
    if choice.kind not in _FOLDERS:
        return
    folder, (package, extra) = Path(choice.place), _FOLDERS[choice.kind]
    if not folder.is_dir():
        raise ValueError("names a folder that is not there")
    for name in _wanted(choice.kind, folder):
        if not (folder / name).is_file():
            raise ValueError(f"names a folder without {name}")
    if importlib.util.find_spec(package) is None:
        raise ValueError(f"needs a package that is not installed: install {extra}")
    if choice.kind == "model2vec":
        from nashra.front.embedding import safetensors

        try:
            safetensors.read(folder / "model.safetensors")
        except EmbeddingError as error:
            raise ValueError(f"names a damaged model: {error.detail}") from None


def _wanted(kind: str, folder: Path) -> tuple[str, ...]:
    if kind == "onnx":
        inner = (folder / "onnx" / "model.onnx").is_file()
        return ("onnx/model.onnx" if inner else "model.onnx", "tokenizer.json")
    return {"model2vec": ("model.safetensors", "tokenizer.json"), "sentence-transformers": ("modules.json",)}[kind]


def chosen() -> Choice:
    """The model of the running installation."""
    from django.conf import settings

    return parse(settings.NASHRA_EMBEDDINGS)


def name() -> str:
    """The chosen model's name, without loading it; empty without a model. EmbeddingError when its folder has gone."""
    from django.conf import settings

    choice, model = chosen(), settings.NASHRA_EMBEDDINGS_MODEL
    return _name(choice, model) if choice.kind else ""


@lru_cache(maxsize=4)  # a folder's files are read once: another model is noticed at the next start
def _name(choice: Choice, model: str) -> str:
    if choice.kind == "address":
        from nashra.front.embedding import address

        return address.name_of(choice.place, model)
    from nashra.front.embedding import model2vec, onnx, transformers

    of_folder = {
        "model2vec": model2vec.name_of,
        "onnx": onnx.name_of,
        "sentence-transformers": transformers.name_of,
    }
    return of_folder[choice.kind](Path(choice.place))


def load() -> Embedder:
    """The chosen model, loaded once in a process. EmbeddingError when it cannot be."""
    from django.conf import settings

    return _loaded(chosen(), settings.NASHRA_EMBEDDINGS_MODEL, settings.NASHRA_EMBEDDINGS_KEY)


@lru_cache(maxsize=1)
def _loaded(choice: Choice, model: str, key: str) -> Embedder:
    if choice.kind == "address":
        from nashra.front.embedding.address import Address

        return Address(choice.place, model, key)
    folder = Path(choice.place)
    if choice.kind == "model2vec":
        from nashra.front.embedding.model2vec import Model2Vec

        return Model2Vec(folder)
    if choice.kind == "onnx":
        from nashra.front.embedding.onnx import Onnx

        return Onnx(folder)
    from nashra.front.embedding.transformers import SentenceTransformers

    return SentenceTransformers(folder)


def forget() -> None:
    """Lets go of what was loaded: the settings have changed (in tests)."""
    _loaded.cache_clear()
    _name.cache_clear()

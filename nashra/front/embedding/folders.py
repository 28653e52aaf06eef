"""Folders that hold a model: what must be in them, and by which name the model in them is known."""

import hashlib
import json
from pathlib import Path
from typing import Any

from nashra.front.embedding.model import EmbeddingError

_LOOKED_AT = 65_536  # bytes at either end of a file that tell it from another


def named(kind: str, folder: Path, *files: Path) -> str:
    """The kind, the folder's name, and a mark of what is in these files: another model there has another name."""
    mark = hashlib.sha256()
    try:
        for file in files:
            size = file.stat().st_size
            mark.update(f"{file.name} {size}".encode())
            with file.open("rb") as opened:
                mark.update(opened.read(_LOOKED_AT))
                opened.seek(max(0, size - _LOOKED_AT))
                mark.update(opened.read(_LOOKED_AT))
    except OSError as error:
        raise EmbeddingError("missing", f"{folder}: {error.strerror}") from None
    return f"{kind}:{folder.name[:90]}-{mark.hexdigest()[:12]}"


def settings_of(file: Path) -> dict[str, Any]:
    """What a JSON file of the folder says; empty where there is none."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise EmbeddingError("damaged", f"{file.name}: {error}") from None
    return found if isinstance(found, dict) else {}


def tokenizer_of(folder: Path) -> Any:
    """The tokenizer of the folder, which cuts texts into what the model knows. Without padding and cutting."""
    import os

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its threads would take the processors from the pages
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise EmbeddingError("package", "tokenizers") from None
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # the package raises nothing more particular
        raise EmbeddingError("damaged", f"tokenizer.json: {error}") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer

"""Embedding models: folders and addresses that turn texts into vectors, and what is said of broken ones."""

import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nashra.front.embedding import choosing
from nashra.front.embedding.model import Embedder, EmbeddingError
from nashra.site.config import ConfigError, read
from tests.front import tiny_models

TEXTS = ["Water of the river", "نهر ماء", "The match: a goal", "bank market price", "words that nobody knows"]


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    choosing.forget()
    yield
    choosing.forget()


@pytest.fixture
def load(settings: Any) -> Callable[..., Embedder]:
    """Loads the model that a setting names."""

    def load(setting: str, model: str = "", key: str = "") -> Embedder:
        settings.NASHRA_EMBEDDINGS, settings.NASHRA_EMBEDDINGS_MODEL = setting, model
        settings.NASHRA_EMBEDDINGS_KEY = key
        choosing.forget()
        return choosing.load()

    return load


@pytest.mark.parametrize("kind", ["model2vec", "onnx"])
def test_a_folder_gives_near_vectors_to_near_meanings_in_any_language(
    kind: str, load: Callable[..., Embedder], tmp_path: Path
) -> None:
    folder = getattr(tiny_models, kind)(tmp_path / "tiny")

    embedder = load(f"{kind}:{folder}")
    vectors = embedder.encode(TEXTS)

    assert vectors.shape == (5, embedder.dim) == (5, 8)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors[:4], axis=1), 1, atol=1e-5)
    alike = vectors @ vectors.T
    assert alike[0, 1] > 0.7  # Arabic and English words for the same
    assert max(alike[0, 2], alike[0, 3], alike[1, 2]) < 0.5
    assert embedder.encode([]).shape == (0, 8)


def test_words_that_a_static_model_does_not_know_do_not_count(load: Callable[..., Embedder], tmp_path: Path) -> None:
    embedder = load(f"model2vec:{tiny_models.model2vec(tmp_path / 'tiny')}")

    plain, with_unknown, nothing = embedder.encode(["river", "river xyzzy plugh", "xyzzy"])

    assert np.allclose(plain, with_unknown)
    assert not nothing.any()


def test_a_smaller_table_is_read_through_its_mapping_and_weights(load: Callable[..., Embedder], tmp_path: Path) -> None:
    words = len(tiny_models.WORDS)
    rows = np.eye(3, 4, dtype=np.float16)
    mapping = np.arange(words, dtype=np.int64) % 3
    weights = np.ones(words, np.float32)
    weights[tiny_models.WORDS.index("river")] = 3
    folder = tiny_models.model2vec(tmp_path / "tiny", embeddings=rows, mapping=mapping, weights=weights)

    vector = load(f"model2vec:{folder}").encode(["water river"])[0]

    assert np.allclose(vector, np.array([0, 1, 3, 0]) / np.sqrt(10), atol=1e-3)


def test_a_model_is_known_by_what_is_in_its_folder(load: Callable[..., Embedder], tmp_path: Path) -> None:
    first = load(f"model2vec:{tiny_models.model2vec(tmp_path / 'tiny')}").name
    again = load(f"model2vec:{tiny_models.model2vec(tmp_path / 'tiny')}").name
    other = load(f"model2vec:{tiny_models.model2vec(tmp_path / 'tiny', embeddings=-tiny_models.table())}").name

    assert first == again != other
    assert first.startswith("model2vec:tiny-")
    assert len(first) <= 120


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (
            "word2vec:/models/old",
            "must be model2vec:/folder, onnx:/folder, sentence-transformers:/folder or the address",
        ),
        ("model2vec:relative/folder", "must be model2vec:/folder"),
        ("model2vec:/nowhere/at/all", "names a folder that is not there"),
        ("model2vec:{empty}", "names a folder without model.safetensors"),
        ("onnx:{empty}", "names a folder without model.onnx"),
        ("sentence-transformers:{empty}", "names a folder without modules.json"),
        ("model2vec:{cut}", "names a damaged model: model.safetensors: it is shorter than it says, or cut off"),
        ("model2vec:{rubbish}", "names a damaged model: model.safetensors"),
        ("sentence-transformers:{other}", "needs a package that is not installed: install nashra[embeddings-"),
        ("https://user:secret@api.example.org/v1/embeddings", "must have no password in it"),
    ],
)
def test_a_model_that_cannot_be_used_stops_the_start_with_a_clear_line(setting: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    whole = tiny_models.model2vec(tmp_path / "cut") / "model.safetensors"
    whole.write_bytes(whole.read_bytes()[:-40])
    rubbish = tiny_models.model2vec(tmp_path / "rubbish") / "model.safetensors"
    rubbish.write_bytes(b"this is no model at all")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "modules.json").write_text("[]", "utf-8")
    places = {name: str(tmp_path / name) for name in ("empty", "cut", "rubbish", "other")}

    with pytest.raises(ConfigError) as caught:
        read({"NASHRA_EMBEDDINGS": setting.format(**places)})

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret@" not in str(caught.value)


def test_a_whole_model_and_an_address_pass_the_start(tmp_path: Path) -> None:
    folder = tiny_models.model2vec(tmp_path / "tiny")

    for setting in (
        f"model2vec:{folder}",
        f"onnx:{tiny_models.onnx(tmp_path / 'o')}",
        "https://api.example.org/v1/e",
        "",
    ):
        assert read({"NASHRA_EMBEDDINGS": setting})["EMBEDDINGS"] == setting


@pytest.mark.parametrize(
    ("file", "kind"), [("tokenizer.json", "model2vec"), ("tokenizer.json", "onnx"), ("model.onnx", "onnx")]
)
def test_a_folder_with_a_damaged_file_is_called_damaged(
    file: str, kind: str, load: Callable[..., Embedder], tmp_path: Path
) -> None:
    folder = getattr(tiny_models, kind)(tmp_path / "tiny")
    (folder / file).write_bytes(b'{"version": ')

    with pytest.raises(EmbeddingError) as caught:
        load(f"{kind}:{folder}")

    assert caught.value.code == "damaged"
    assert file in caught.value.detail


def test_vectors_that_are_no_numbers_are_an_error(load: Callable[..., Embedder], tmp_path: Path) -> None:
    broken = tiny_models.table()
    broken[tiny_models.WORDS.index("river")] = np.nan
    embedder = load(f"model2vec:{tiny_models.model2vec(tmp_path / 'tiny', embeddings=broken)}")

    with pytest.raises(EmbeddingError, match="numbers"):
        embedder.encode(["water", "river"])


def test_a_local_model_opens_no_connection(
    load: Callable[..., Embedder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*address: object) -> None:
        raise AssertionError(f"a connection to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    for kind in ("model2vec", "onnx"):
        folder = getattr(tiny_models, kind)(tmp_path / kind)
        assert load(f"{kind}:{folder}").encode(["river"]).any()


STAND_IN = '''
import os
import numpy as np

class SentenceTransformer:
    """Notes how it was made; each text's vector is the number of its letters, and one."""

    made = []

    def __init__(self, folder, **options):
        self.made.append((folder, options, os.environ.get("HF_HUB_OFFLINE"), os.environ.get("TRANSFORMERS_OFFLINE")))

    def encode(self, texts, **options):
        return np.array([[len(text), 1] for text in texts], np.float32)
'''


def test_sentence_transformers_are_told_to_fetch_nothing(
    load: Callable[..., Embedder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "sentence_transformers.py").write_text(STAND_IN, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.delitem(sys.modules, "sentence_transformers", raising=False)
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "modules.json").write_text("[]", "utf-8")

    embedder = load(f"sentence-transformers:{folder}")

    assert np.allclose(embedder.encode(["ab", ""]), [[2 / 5**0.5, 1 / 5**0.5], [0, 1]])
    ((place, options, *offline),) = sys.modules["sentence_transformers"].SentenceTransformer.made
    assert (place, offline) == (str(folder), ["1", "1"])
    assert options["local_files_only"] is True
    assert options["trust_remote_code"] is False


class Service:
    """An `/embeddings` address on this machine: what it was asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []  # the Authorization header and the document
        self.answer: Callable[[dict[str, Any]], tuple[int, dict[str, str], bytes]] = self.well
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append((self.headers.get("Authorization", ""), document))
                status, headers, body = service.answer(document)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/embeddings"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @staticmethod
    def well(document: dict[str, Any], dim: int = 3) -> tuple[int, dict[str, str], bytes]:
        """Vectors by the length of the texts, in another order than asked, as servers may send them."""
        data = [
            {"index": place, "embedding": [float(len(text)), *[1.0] * (dim - 1)]}
            for place, text in enumerate(document["input"])
        ]
        return 200, {"Content-Type": "application/json"}, json.dumps({"data": data[::-1]}).encode()


@pytest.fixture
def service() -> Iterator[Service]:
    """The address, for one test."""
    made = Service()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_an_address_is_asked_in_batches_with_model_and_key(load: Callable[..., Embedder], service: Service) -> None:
    embedder = load(service.url, "small-model", "the-key")

    vectors = embedder.encode([*("x" * n for n in range(1, 40)), "  "])

    assert vectors.shape == (40, 3)
    assert np.allclose(vectors[4], np.array([5, 1, 1]) / 27**0.5)
    assert [len(document["input"]) for _, document in service.asked] == [32, 8]
    assert {said for said, _ in service.asked} == {"Bearer the-key"}
    assert service.asked[0][1]["model"] == "small-model"
    assert service.asked[1][1]["input"][-1] == "."
    assert embedder.name == f"address:127.0.0.1:{service.server.server_port}/small-model"


def test_the_owners_address_may_be_private_and_nothing_else_there_is_reached(
    load: Callable[..., Embedder], service: Service, settings: Any
) -> None:
    settings.NASHRA_ALLOW_HOSTS = ()
    elsewhere = Service()
    service.answer = lambda document: (307, {"Location": elsewhere.url}, b"")

    with pytest.raises(EmbeddingError) as caught:
        load(service.url, key="the-key").encode(["one"])

    elsewhere.server.shutdown()
    elsewhere.server.server_close()
    assert (caught.value.code, len(service.asked), elsewhere.asked) == ("refused", 1, [])


@pytest.mark.parametrize(
    ("status", "headers", "body", "code", "wait"),
    [
        (429, {"Retry-After": "90"}, b"", "busy", 90),
        (503, {}, b"", "busy", 0),
        (401, {}, b"", "denied", 0),
        (404, {}, b"", "refused", 0),
        (200, {}, b"<html>", "answer", 0),
        (200, {}, b'{"data": []}', "answer", 0),
        (200, {}, b'{"data": [{"embedding": [1, 2]}, {"embedding": [1, 2]}]}', "answer", 0),
        (200, {}, b'{"data": [{"embedding": ["a"]}]}', "answer", 0),
        (200, {}, b'{"data": [{"embedding": [NaN, 1.0]}]}', "numbers", 0),
    ],
)
def test_what_an_address_answers_wrongly_is_named(
    status: int, headers: dict[str, str], body: bytes, code: str, wait: float,
    load: Callable[..., Embedder], service: Service,
) -> None:  # fmt: skip
    service.answer = lambda document: (status, headers, body)

    with pytest.raises(EmbeddingError) as caught:
        load(service.url, key="the-key").encode(["one"])

    assert (caught.value.code, caught.value.wait) == (code, wait)
    assert "the-key" not in str(caught.value)


def test_an_address_that_answers_with_other_lengths_than_before_is_refused(
    load: Callable[..., Embedder], service: Service
) -> None:
    embedder = load(service.url)
    embedder.encode(["one"])
    service.answer = lambda document: service.well(document, dim=5)

    with pytest.raises(EmbeddingError, match="size"):
        embedder.encode(["two"])


def test_an_address_where_nobody_listens_is_called_unreachable(load: Callable[..., Embedder], service: Service) -> None:
    service.server.shutdown()
    service.server.server_close()

    with pytest.raises(EmbeddingError, match="unreachable"):
        load(service.url).encode(["one"])

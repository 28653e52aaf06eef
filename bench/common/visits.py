"""A reader's browser that asks for a page again and again, to see how long the page takes meanwhile."""

import http.client
import threading
import time
from types import TracebackType


class Visits:
    """`with Visits(port, cookie) as visits:` asks for the front page every `every` seconds; `times` are its seconds."""

    def __init__(self, port: int, cookie: str, *, every: float = 1.0) -> None:
        self.times: list[float] = []
        self.failed = 0
        self._port, self._cookie, self._every = port, cookie, every
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Visits":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join(60)

    def percentile(self, part: float) -> float:
        """Seconds within which this part of the visits had their page, 0 to 1."""
        known = sorted(self.times)
        return known[min(len(known) - 1, int(len(known) * part))]

    def _run(self) -> None:
        while not self._end.is_set():
            started = time.monotonic()
            if self._visit():
                self.times.append(time.monotonic() - started)
            else:
                self.failed += 1
            self._end.wait(max(0.0, self._every - (time.monotonic() - started)))

    def _visit(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        fields = {"Host": f"localhost:{self._port}", "Cookie": self._cookie, "Accept-Encoding": "gzip"}
        try:
            connection.request("GET", "/", headers={**fields, "Accept": "text/html", "Accept-Language": "ar"})
            answer = connection.getresponse()
            return bool(answer.read()) and answer.status == 200
        except OSError:
            return False
        finally:
            connection.close()

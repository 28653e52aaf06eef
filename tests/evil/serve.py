#!/usr/bin/env python3
"""Hostile feeds, pages, uploads and transports for Nashra's tests, served on loopback only.

    python3 serve.py 8099              serve until interrupted
    python3 serve.py 8099 --self-test  start, try every case, stop; exit 1 when the server itself misbehaves
    python3 serve.py --write DIR       write every upload (OPML, archives, CSV, JSON, mail) into DIR and stop

Three loopback ports are bound, all on 127.0.0.1:
    PORT      "outside": the only address that a test should allow Nashra to fetch
    PORT+1    "inside":  stands for a private service; any request that reaches it is a failure of Nashra
    PORT+2    "tls":     https with a certificate that nobody should trust
PORT+1 is bound on ::1 as well where the machine has it. No library but Python's own is needed.

Addresses on PORT:
    /c/<case>    the case (see README.md and cases.json)      /u/<name>   an upload, as a file
    /a/<slug>    a plain harmless article page                /_health    "ok"
    /_cases      cases.json with addresses filled in          /_log       what was asked for, as JSON
    /_reset      (POST) empty the log and the counters        /canary/... logged; nothing should ever ask for it
    /thirdparty/...  a picture that Nashra may fetch and no browser may
"""

import argparse, base64, gzip, html, io, json, os, socket, ssl, struct, sys, tempfile, threading, time, zipfile, zlib
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
CASES = json.loads((HERE / "cases.json").read_text("utf-8"))
BY_ID = {c["id"]: c for c in CASES}
LOG, LOCK, COUNT = [], threading.Lock(), {}
PORT = 8099
MOST = 2_000_000_000  # no case sends more than this many bytes, whatever the client does
LONGEST = 180  # nor lasts longer than this many seconds
DYNAMIC, UPLOADS = {}, {}


def base():
    return f"http://127.0.0.1:{PORT}"


def fill(raw: bytes) -> bytes:
    """Puts this run's addresses into a stored file."""
    return (
        raw.replace(b"{{BASE}}", base().encode())
        .replace(b"{{INSIDE_PORT}}", str(PORT + 1).encode())
        .replace(b"{{INSIDE}}", f"http://127.0.0.1:{PORT + 1}".encode())
        .replace(b"{{PORT}}", str(PORT).encode())
        .replace(b"{{TLS}}", f"https://127.0.0.1:{PORT + 2}".encode())
    )


def case(name):
    def keep(f):
        DYNAMIC[name] = f
        return f

    return keep


def upload(name):
    def keep(f):
        UPLOADS[name] = f
        return f

    return keep


def item(n, title, body="نصّ الخبر.", extra="", guid=None, link=None):
    guid = f"<guid isPermaLink='false'>urn:nashra:evil:{n}</guid>" if guid is None else guid
    link = f"<link>{base()}/a/{n}</link>" if link is None else link
    return (
        f"<item><title>{title}</title>{link}{guid}<pubDate>Mon, 05 Jan 2026 08:{n % 60:02d}:00 GMT</pubDate>"
        f"<description>{body}</description>{extra}</item>"
    )


def rss(items, title="مصدر للاختبار"):
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{title}</title><link>{base()}/</link><description>اختبار</description>"
        + "".join(items)
        + "</channel></rss>"
    ).encode("utf-8")


def zeros_deflate(total, fill_byte=b"\0", wrap="gzip", block=1 << 20):
    """A deflate stream of `total` equal bytes, made at once: one block, flushed so that it can be repeated."""
    total -= total % block
    c = zlib.compressobj(9, zlib.DEFLATED, -15)
    one = c.compress(fill_byte * block) + c.flush(zlib.Z_FULL_FLUSH)
    n = total // block
    body = one * n + zlib.compressobj(9, zlib.DEFLATED, -15).flush(zlib.Z_FINISH)
    crc, chunk = 0, fill_byte * block
    for _ in range(n):
        crc = zlib.crc32(chunk, crc)
    if wrap == "raw":
        return body, crc, total
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + body + struct.pack("<II", crc, total & 0xFFFFFFFF)


def zip_raw(entries):
    """A zip file from (name, method, flags, crc, compressed, claimed_size, mode) tuples: nothing is checked."""
    out, central = io.BytesIO(), io.BytesIO()
    for name, method, flags, crc, data, size, mode in entries:
        name, at = name.encode("utf-8"), out.tell()
        out.write(
            struct.pack("<4s5H3I2H", b"PK\3\4", 20, flags, method, 0, 23715, crc, len(data), size, len(name), 0)
            + name
            + data
        )
        central.write(
            struct.pack(
                "<4s6H3I5H2I",
                b"PK\1\2",
                0x314,
                20,
                flags,
                method,
                0,
                23715,
                crc,
                len(data),
                size,
                len(name),
                0,
                0,
                0,
                0,
                mode << 16,
                at,
            )
            + name
        )
    end, size = out.tell(), central.tell()
    out.write(central.getvalue() + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(entries), len(entries), size, end, 0))
    return out.getvalue()


def png(width, height):
    """A one-bit image, all white: a few KB on the wire, width*height/8 bytes or far more once decoded."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + b"\xff" * ((width + 7) // 8)
    some, c = row * min(height, 100), zlib.compressobj(9, zlib.DEFLATED, -15)
    block, times, check = c.compress(some) + c.flush(zlib.Z_FULL_FLUSH), height // min(height, 100), 1
    for _ in range(times):
        check = zlib.adler32(some, check)
    rest = row * (height - times * min(height, 100))
    c = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = b"\x78\x9c" + block * times + c.compress(rest) + c.flush() + struct.pack(">I", zlib.adler32(rest, check))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", data)
        + chunk(b"IEND", b"")
    )


def article(slug):
    paras = "".join(
        f"<p>فقرة رقم {i} من المقال {html.escape(slug)}: نصّ عاديّ طويل بما يكفي لاستخراجه كاملاً، "
        "فيه جملتان أو ثلاث ولا شيء يضرّ.</p>"
        for i in range(1, 7)
    )
    return (
        f"<!doctype html><html lang=ar dir=rtl><meta charset=utf-8><title>مقال {html.escape(slug)}</title>"
        f"<article><h1>مقال {html.escape(slug)}</h1>{paras}</article></html>"
    ).encode("utf-8")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "evil"
    sys_version = ""
    side = "outside"

    def log_message(self, *a):
        pass

    # -- what the cases use ------------------------------------------------------------------------------
    def begin(self, status=200, ctype="application/rss+xml; charset=utf-8", headers=(), length=None):
        self.status, self.close_connection = status, True
        self.send_response(status)
        if ctype:
            self.send_header("Content-Type", ctype)
        for k, v in headers:
            self.send_header(k, v)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()

    def put(self, data):
        """Sends bytes; False when the client has gone, or the case has had its bytes or its time."""
        if self.sent + len(data) > MOST or time.monotonic() - self.t0 > LONGEST:
            return False
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            self.gone = True
            return False
        self.sent += len(data)
        return True

    def whole(self, data, status=200, ctype="application/rss+xml; charset=utf-8", headers=()):
        self.begin(status, ctype, headers, len(data))
        if self.command != "HEAD":
            self.put(data)

    def to(self, where, status=302):
        self.whole(b"", status, None, [("Location", where)])

    # -- routing -----------------------------------------------------------------------------------------
    def do_GET(self):
        self.sent, self.status, self.gone, self.t0 = 0, 0, False, time.monotonic()
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(min(length, 1 << 20)) if length else b""
        path = urlsplit(self.path).path
        self.name = path.split("/")[2] if path.startswith(("/c/", "/u/")) and path.count("/") >= 2 else ""
        self.rest = path.split("/", 3)[3] if path.count("/") >= 3 else ""
        with LOCK:
            self.n = COUNT[self.name] = COUNT.get(self.name, 0) + 1 if not path.startswith("/_") else 0
        try:
            self.route(path)
        except OSError:
            self.gone, self.close_connection = True, True
        finally:
            if not path.startswith("/_"):
                with LOCK:
                    LOG.append(
                        {
                            "side": self.side,
                            "case": self.name,
                            "method": self.command,
                            "path": self.path,
                            "headers": {k.lower(): v for k, v in self.headers.items()},
                            "body": self.body.decode("latin-1")[:2000],
                            "status": self.status,
                            "sent": self.sent,
                            "client_left": self.gone,
                            "seconds": round(time.monotonic() - self.t0, 3),
                            "bad": self.side == "inside"
                            or path.startswith("/canary")
                            or (
                                path.startswith("/thirdparty")
                                and (
                                    "sec-fetch-mode" in self.headers or "Mozilla" in self.headers.get("User-Agent", "")
                                )
                            ),
                        }
                    )

    do_POST = do_HEAD = do_PUT = do_DELETE = do_OPTIONS = do_GET

    def route(self, path):
        if self.side == "inside":
            return self.whole(rss([item(999, "INSIDE: this must never be seen")], "INSIDE"))
        if path == "/_health":
            return self.whole(b"ok", ctype="text/plain")
        if path == "/_log":
            with LOCK:
                return self.whole(json.dumps(LOG).encode(), ctype="application/json")
        if path == "/_reset" and self.command == "POST":
            with LOCK:
                LOG.clear()
                COUNT.clear()
            return self.whole(b"ok", ctype="text/plain")
        if path == "/_cases":
            return self.whole(
                fill(json.dumps(CASES, ensure_ascii=False).encode()), ctype="application/json; charset=utf-8"
            )
        if path.startswith("/canary"):
            return self.whole(b"canary", ctype="text/plain")
        if path.startswith("/thirdparty"):
            return self.whole(png(320, 200), ctype="image/png")
        if path.startswith("/a/"):
            return self.whole(article(path[3:]), ctype="text/html; charset=utf-8")
        if path.startswith("/u/") and self.name in UPLOADS:
            return self.whole(UPLOADS[self.name](), ctype="application/octet-stream")
        if path.startswith("/u/") and (HERE / "uploads" / self.name).is_file():
            return self.whole(fill((HERE / "uploads" / self.name).read_bytes()), ctype="application/octet-stream")
        if path.startswith("/c/") and self.name in DYNAMIC:
            return DYNAMIC[self.name](self)
        c = BY_ID.get(self.name) if path.startswith("/c/") else None
        if c and c.get("file"):
            return self.whole(
                fill((HERE / c["file"]).read_bytes()), ctype=c.get("type", "application/rss+xml; charset=utf-8")
            )
        self.whole(b"no such case", 404, "text/plain")


class Inside(Handler):
    side = "inside"


class Tls(Handler):
    side = "tls"


class Server(ThreadingHTTPServer):
    daemon_threads, allow_reuse_address, request_queue_size = True, True, 128

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is the point of half of the cases


class Server6(Server):
    address_family = socket.AF_INET6


class TlsServer(Server):
    def __init__(self, where, handler, pem):
        super().__init__(where, handler)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)

    def finish_request(self, request, client_address):
        request.settimeout(20)
        with self.context.wrap_socket(request, server_side=True) as wrapped:
            self.RequestHandlerClass(wrapped, client_address, self)


# ------------------------------------------------------------------------------------------------- cases
@case("feed-id-drifts")
def _(h):
    stamp = time.time_ns()
    h.whole(
        rss(
            [
                item(
                    i,
                    f"خبر ثابت {i}",
                    guid=f"<guid>{stamp}-{i}</guid>",
                    link=f"<link>{base()}/a/{i}?utm_source=rss&amp;t={stamp}</link>",
                )
                for i in (1, 2, 3)
            ]
        )
    )


@case("feed-big-entry")
def _(h):
    h.whole(rss([item(1, "قبل"), item(2, "كبير", "كلمة من عشرة ملايين. " * 280_000), item(3, "بعد")]))


@case("feed-many-entries")
def _(h):
    h.begin()
    h.put(rss([])[: -len(b"</channel></rss>")])
    for k in range(0, 100_000, 500):
        if not h.put("".join(item(i, f"خبر رقم {i}", "نصّ قصير لا يزيد.") for i in range(k, k + 500)).encode()):
            return
    h.put(b"</channel></rss>")


@case("feed-goes-empty")
def _(h):
    h.whole(rss([item(1, "باقٍ أول"), item(2, "باقٍ ثانٍ")]) if h.n == 1 else b"")


@case("net-gzip-bomb")
def _(h):
    h.whole(zeros_deflate(1 << 30, b" "), headers=[("Content-Encoding", "gzip")])


@case("net-brotli-bomb")
def _(h):
    h.whole(
        base64.b64decode(
            "z///fwAEJnKkEbQrvLgtELT3/74G////AZAAiMMC0L3/5///PwASAHFYALr3//z//wdAAiAOC0D3/p////8ASADEYQHo3v/z//8fAAmAOCwA3ft//v//AyABEIcFoHv/z///fwAkAOKwAHTv//n//w+ABEAcFoDu/T////8BkACIwwLQvf/n//8/ABIAcVgAuvf//P//B0ACIA4LQPf+n////wBIAMRhAeje//P//x8ACYA4LADd+3/+//8DIAEQhwWge//P//9/ACQA4rAAdO//gwAAgARIqBIA"
        ),
        headers=[("Content-Encoding", "br")],
    )


@case("net-slow-drip")
def _(h):
    h.begin()
    for b in rss([item(i, "خبر بطيء") for i in range(200)]):
        if not h.put(bytes([b])):
            return
        time.sleep(1)


@case("net-endless")
def _(h):
    h.begin()
    h.put(rss([])[: -len(b"</channel></rss>")])
    chunk, k = "".join(item(i, "خبر بلا نهاية") for i in range(300)).encode(), 0
    while h.put(chunk):
        k += 1


@case("net-redirect-loop")
def _(h):
    h.to(f"{base()}/c/net-redirect-loop/{'b' if h.rest == 'a' else 'a'}")


for _id, _where, _status in [
    ("net-redirect-inside", "http://127.0.0.1:{inside}/admin", 302),
    ("net-redirect-localhost", "http://localhost:{inside}/admin", 302),
    ("net-redirect-file", "file:///etc/passwd", 301),
    ("net-redirect-v6", "http://[::1]:{inside}/", 307),
    ("net-redirect-mapped", "http://[::ffff:127.0.0.1]:{inside}/", 302),
]:
    case(_id)(lambda h, w=_where, s=_status: h.to(w.format(inside=PORT + 1), s))


@case("net-429")
def _(h):
    h.whole(b"slow down", 429, "text/plain", [("Retry-After", "3600")])


@case("net-410")
def _(h):
    h.whole(rss([item(1, "قبل الرحيل"), item(2, "وداعاً")])) if h.n == 1 else h.whole(b"gone", 410, "text/plain")


@case("net-301")
def _(h):
    if h.rest == "new":
        return h.whole(rss([item(i, f"خبر منقول {i}") for i in (1, 2, 3)]))
    h.to(f"{base()}/c/net-301/new", 301)


@case("net-short-body")
def _(h):
    body = rss([item(1, "خبر أول"), item(2, "خبر ثانٍ"), item(3, "خبر ثالث")])
    h.begin(200, headers=[("ETag", '"cut"')], length=len(body) + 500)
    h.put(body)


@case("net-etag")
def _(h):
    tag = 'W/"a b;c,d=ق-7"'.encode("utf-8").decode("latin-1")
    if h.n == 1:
        return h.whole(rss([item(1, "أول"), item(2, "ثانٍ")]), headers=[("ETag", tag)])
    if h.headers.get("If-None-Match") == tag:
        return h.whole(b"", 304, None, [("ETag", tag)])
    h.whole(b"If-None-Match was not what ETag said", 500, "text/plain")


@case("net-wrong-type")
def _(h):
    h.whole(
        rss([item(1, "تغذية سليمة"), item(2, "رغم نوعها")]),
        ctype="image/png",
        headers=[("X-Content-Type-Options", "nosniff")],
    )


def with_image(h, src):
    h.whole(
        article("صورة").replace(b"</h1>", f"</h1><img src='{src}' alt='صورة'>".encode()),
        ctype="text/html; charset=utf-8",
    )


@case("page-svg-image")
def _(h):
    if h.rest != "i.svg":
        return with_image(h, f"{base()}/c/page-svg-image/i.svg")
    h.whole(
        f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="top.__evil=201" width="90" height="90">
<script>top.__evil=202</script><image xlink:href="{base()}/canary/svg" width="9" height="9"/><foreignObject width="90" height="90">
<body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="top.__evil=203"/></body></foreignObject><circle cx="45" cy="45" r="40"/></svg>""".encode(),
        ctype="image/svg+xml",
    )


@case("page-png-bomb")
def _(h):
    if h.rest != "i.png":
        return with_image(h, f"{base()}/c/page-png-bomb/i.png")
    h.whole(png(60_000, 60_000), ctype="image/png")


ARTICLES = json.loads((HERE / "html" / "articles.json").read_text("utf-8"))


@case("html-articles")
def _(h):
    if h.rest.isdigit() and 1 <= int(h.rest) <= len(ARTICLES):
        a = ARTICLES[int(h.rest) - 1]
        page = article(f"هجوم-{a['n']}").decode().replace("</article>", a["html"] + "</article>")
        return h.whole(fill(page.encode()), ctype="text/html; charset=utf-8")
    h.whole(
        fill(
            rss(
                [
                    item(a["n"], f"مقال {a['n']}", "<![CDATA[" + a["html"].replace("]]>", "]]]]><![CDATA[>") + "]]>")
                    for a in ARTICLES
                ]
            )
        )
    )


# ----------------------------------------------------------------------------------------------- uploads
@upload("fifty-thousand.opml")
def _():
    return (
        '<?xml version="1.0" encoding="utf-8"?><opml version="2.0"><head><title>كثير</title></head><body>'
        + "".join(
            f'<outline type="rss" text="مصدر {i}" xmlUrl="http://feed{i}.example/rss.xml"/>' for i in range(50_000)
        )
        + "</body></opml>"
    ).encode()


@upload("slip.zip")
def _():
    def e(name, data=b"evil"):
        return (name, 0, 0x800, zlib.crc32(data), data, len(data), 0o100644)

    return zip_raw(
        [
            e("../../evil.txt"),
            e("/tmp/evil.txt"),
            e("C:\\evil.txt"),
            e("a/../../../evil.txt"),
            e("سليم.html", "<p>سليم</p>".encode()),
        ]
    )


@upload("bomb.zip")
def _():
    data, crc, size = zeros_deflate(1 << 30, b" ", "raw")
    return zip_raw([("part_000000.csv", 8, 0, crc, data, size, 0o100644)])


# ---------------------------------------------------------------------------------------------- running it
def start(port):
    global PORT
    PORT = port
    servers = [
        Server(("127.0.0.1", port), Handler),
        Server(("127.0.0.1", port + 1), Inside),
        TlsServer(("127.0.0.1", port + 2), Tls, HERE / "tls.pem"),
    ]
    try:
        servers.append(Server6(("::1", port + 1), Inside))
    except OSError:
        pass
    for s in servers:
        threading.Thread(target=s.serve_forever, daemon=True).start()
    return servers


def write_uploads(where):
    where = Path(where)
    where.mkdir(parents=True, exist_ok=True)
    for f in sorted((HERE / "uploads").iterdir()):
        (where / f.name).write_bytes(fill(f.read_bytes()))
    for name, make in UPLOADS.items():
        (where / name).write_bytes(make())
    for f in sorted(where.iterdir()):
        print(f"{f.stat().st_size:>10}  {f.name}")


def self_test(port):
    """Tries each case as a careful client would (2 MB, 3 s) and says what came."""
    bad = 0
    for c in CASES:
        path = urlsplit(c["get"].replace("{{BASE}}", base())).path if c.get("get", "").startswith("{{BASE}}") else None
        if path is None:
            print(f"{c['id']:<26} not asked for here ({'upload' if c.get('upload') else 'data file or other port'})")
            if c.get("upload") and c["upload"] not in UPLOADS and not (HERE / "uploads" / c["upload"]).is_file():
                bad += 1
                print("   MISSING upload")
            if c.get("file") and not (HERE / c["file"]).is_file():
                bad += 1
                print("   MISSING file")
            continue
        got, status, first, t = 0, "nothing", b"", time.monotonic()
        try:
            s = socket.create_connection(("127.0.0.1", port), 3)
            s.settimeout(3)
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip, br\r\n\r\n".encode())
            while got < 2_000_000 and time.monotonic() - t < 3:
                d = s.recv(65536)
                if not d:
                    break
                first = first or d
                got += len(d)
            s.close()
        except OSError as e:
            status = type(e).__name__
        if first.startswith(b"HTTP/"):
            status = first.split(b" ", 2)[1].decode("latin-1")
        want = str(c.get("status", 200))
        ok = status == want
        bad += not ok
        print(
            f"{c['id']:<26} {status:<10} {got:>9} bytes {time.monotonic() - t:5.1f} s  {'ok' if ok else 'WANTED ' + want}"
        )
    print("cases", len(CASES), "wrong", bad)
    return 1 if bad else 0


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("port", nargs="?", type=int, default=8099)
    p.add_argument("--self-test", action="store_true")
    p.add_argument("--write", metavar="DIR")
    a = p.parse_args()
    PORT = a.port
    if a.write:
        write_uploads(a.write)
        sys.exit(0)
    start(a.port)
    if a.self_test:
        sys.exit(self_test(a.port))
    print(f"serving {len(CASES)} cases on {base()}/_cases", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass

"""The SMTP client against aiosmtpd and against a relay that answers oddly."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from smtp_script import CUT, Script

from nashra.base.smtp import (
    Relay,
    Reply,
    SmtpDeferred,
    SmtpError,
    SmtpLost,
    SmtpRefused,
    SmtpUnusable,
)

E = TypeVar("E", bound=SmtpError)

MESSAGE = b"From: digest@news.example\r\nTo: layla@example.com\r\n\r\nhello\r\n"


class Inbox:
    """An aiosmtpd handler that keeps what it gets."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return "250 2.0.0 taken"


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"nashra", "سر 1".encode())
    return AuthResult(success=good, handled=False)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """TLS for a server on 127.0.0.1 and for a client that trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = Path(folder / "relay.pem")
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def port(inbox: Inbox) -> Iterator[int]:
    controller = Controller(inbox, hostname="127.0.0.1", port=_free_port(), enable_SMTPUTF8=True)
    controller.start()
    yield controller.port
    controller.stop()


def _send(relay: Relay, message: bytes = MESSAGE, to: str = "layla@example.com") -> Reply:
    return relay.send("b+1.f00d@news.example", to, message)


def _fails(error: type[E], port: int, timeout: float = 30.0) -> E:
    """The error that sending by a new connection ends in."""
    with Relay("127.0.0.1", port, timeout=timeout) as relay, pytest.raises(error) as caught:
        _send(relay)
    return caught.value


def test_one_connection_carries_many_messages(inbox: Inbox, port: int) -> None:
    with Relay("127.0.0.1", port) as relay:
        for number in range(3):
            assert _send(relay, to=f"reader{number}@example.com") == Reply(250, "2.0.0", "taken")
    assert [one.rcpt_tos for one in inbox.taken] == [[f"reader{number}@example.com"] for number in range(3)]
    assert {one.mail_from for one in inbox.taken} == {"b+1.f00d@news.example"}
    assert {one.content for one in inbox.taken} == {MESSAGE}


def test_dots_at_the_start_of_lines_arrive_as_they_were(inbox: Inbox, port: int) -> None:
    message = b".\r\n..a\r\nSubject: x\r\n\r\n.\r\n.\r\n...b\r\n"
    with Relay("127.0.0.1", port) as relay:
        _send(relay, message)
    assert [one.content for one in inbox.taken] == [message]


@pytest.mark.parametrize("smuggled", [b"a\n.\nMAIL FROM:<x@y.example>\n", b"a\r.\rMAIL FROM:<x@y.example>\r"])
def test_bare_line_ends_cannot_end_a_message_early(smuggled: bytes, inbox: Inbox, port: int) -> None:
    with Relay("127.0.0.1", port) as relay:
        _send(relay, b"Subject: x\r\n\r\n" + smuggled)
    assert [one.content for one in inbox.taken] == [b"Subject: x\r\n\r\na\r\n.\r\nMAIL FROM:<x@y.example>\r\n"]


def test_an_arabic_local_part_goes_out_where_smtputf8_is_offered(inbox: Inbox, port: int) -> None:
    with Relay("127.0.0.1", port) as relay:
        _send(relay, "To: ليلى@example.com\r\n\r\nx\r\n".encode(), "ليلى@example.com")
    assert inbox.taken[0].rcpt_tos == ["ليلى@example.com"]
    assert inbox.taken[0].smtp_utf8


def test_an_arabic_local_part_is_refused_where_smtputf8_is_not_offered() -> None:
    with Script() as script, Relay("127.0.0.1", script.port) as relay:
        with pytest.raises(SmtpRefused) as caught:
            _send(relay, to="ليلى@example.com")
        assert caught.value.reply == Reply(553, "5.6.7", "needs-smtputf8")
        assert _send(relay).code == 250
    assert len(script.messages) == 1


@pytest.mark.parametrize("to", ["a@b.example>\r\nRCPT TO:<v@example.com", "a b@example.com", "", "a@", "a@b\0.example"])
def test_an_address_cannot_become_a_command(to: str) -> None:
    with Script() as script, Relay("127.0.0.1", script.port) as relay, pytest.raises(SmtpRefused):
        _send(relay, to=to)
    assert not [line for line in script.log if line.startswith(("MAIL", "RCPT"))]


def test_a_message_over_the_size_limit_is_refused_before_it_is_sent() -> None:
    with Script(EHLO=b"250-x\r\n250 SIZE 20\r\n") as script:
        error = _fails(SmtpRefused, script.port)
    assert error.reply.text == "too-big"
    assert "DATA" not in script.log


def test_the_size_is_announced() -> None:
    with Script() as script, Relay("127.0.0.1", script.port) as relay:
        _send(relay)
    assert script.log[1] == f"MAIL FROM:<b+1.f00d@news.example> SIZE={len(MESSAGE)}"


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "dot"])
@pytest.mark.parametrize(
    ("answer", "error", "reply"),
    [
        (b"450 4.7.1 Greylisted, come back\r\n", SmtpDeferred, Reply(450, "4.7.1", "Greylisted, come back")),
        (b"452 full\r\n", SmtpDeferred, Reply(452, "", "full")),
        (b"550 5.1.1 No such reader\r\n", SmtpRefused, Reply(550, "5.1.1", "No such reader")),
        (b"554-5.7.1 Not\r\n554 5.7.1 wanted\r\n", SmtpRefused, Reply(554, "5.7.1", "Not\n5.7.1 wanted")),
        (b"550 \xff\x1b[31mred\r\n", SmtpRefused, Reply(550, "", "\\xff\\x1b[31mred")),
        (b"550\r\n", SmtpRefused, Reply(550, "", "")),
    ],
)
def test_a_refusal_keeps_the_answer_and_the_connection(
    stage: str, answer: bytes, error: type[SmtpDeferred | SmtpRefused], reply: Reply
) -> None:
    usual = {"MAIL": b"250 ok\r\n", "RCPT": b"250 ok\r\n", "DATA": b"354 go\r\n", "dot": b"250 ok\r\n"}[stage]
    with Script(**{stage: [answer, usual]}) as script, Relay("127.0.0.1", script.port) as relay:
        with pytest.raises(error) as caught:
            _send(relay)
        assert caught.value.reply == reply
        assert _send(relay).code == 250
    assert script.connections == 1
    assert len(script.messages) == (2 if stage == "dot" else 1)


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "dot"])
def test_after_421_the_next_message_goes_by_a_new_connection(stage: str) -> None:
    answers = [b"421 4.3.2 closing\r\n", b"250 ok\r\n"]
    with Script(**{stage: answers}) as script, Relay("127.0.0.1", script.port) as relay:
        with pytest.raises(SmtpDeferred):
            _send(relay)
        assert _send(relay).code == 250
    assert script.connections == 2


def test_a_relay_that_hung_up_while_idle_is_called_again() -> None:
    with Script(RSET=CUT, RCPT=[b"550 no\r\n", b"250 ok\r\n"]) as script, Relay("127.0.0.1", script.port) as relay:
        with pytest.raises(SmtpRefused):
            _send(relay)
        assert _send(relay).code == 250
    assert script.connections == 2


@pytest.mark.parametrize(("stage", "told"), [("MAIL", "mail"), ("RCPT", "rcpt"), ("DATA", "data")])
def test_a_connection_cut_before_the_dot_leaves_no_doubt(stage: str, told: str) -> None:
    with Script(**{stage: CUT}) as script:
        error = _fails(SmtpLost, script.port)
    assert (error.stage, error.after_dot) == (told, False)
    assert script.messages == []


def test_a_connection_cut_after_the_dot_leaves_doubt() -> None:
    with Script(dot=CUT) as script:
        error = _fails(SmtpLost, script.port)
    assert (error.stage, error.after_dot) == ("after-dot", True)
    assert script.messages == [MESSAGE]


@pytest.mark.parametrize("answer", [b"what?\r\n", b"250-a\r\n550 b\r\n", b"999 x\r\n", b"2500 ok\r\n", b"354 more\r\n"])
def test_an_answer_to_the_dot_that_makes_no_sense_leaves_doubt(answer: bytes) -> None:
    with Script(dot=answer) as script:
        error = _fails(SmtpLost, script.port)
    assert error.after_dot


def test_silence_after_the_dot_leaves_doubt() -> None:
    with Script(dot=b"25") as script:
        error = _fails(SmtpLost, script.port, timeout=0.05)
    assert error.after_dot


def test_silence_at_the_greeting_is_given_up() -> None:
    with Script(greeting=b"220-wait\r\n") as script, pytest.raises(SmtpLost) as caught:
        Relay("127.0.0.1", script.port, timeout=0.05).open()
    assert caught.value.stage == "greeting"


@pytest.mark.parametrize("end", [b"\r\n", b""])
def test_of_a_huge_answer_line_the_code_counts_and_the_connection_ends(end: bytes) -> None:
    huge = b"250 " + b"x" * 1_000_000 + end
    with Script(dot=[huge, b"250 ok\r\n"]) as script, Relay("127.0.0.1", script.port) as relay:
        reply = _send(relay)
        assert reply.code == 250
        assert len(reply.text) < 1_000
        assert _send(relay).text == "ok"
    assert script.connections == 2


def test_endless_answer_lines_are_given_up() -> None:
    with Script(RCPT=b"250-x\r\n" * 5_000) as script:
        assert not _fails(SmtpLost, script.port).after_dot
    assert script.messages == []


def test_an_answer_that_nobody_asked_for_is_not_taken_for_the_next_message() -> None:
    extra = b"250 ok\r\n250 and another\r\n"
    with Script(dot=[extra, b"550 5.1.1 no\r\n"]) as script, Relay("127.0.0.1", script.port) as relay:
        assert _send(relay).text == "ok"
        with pytest.raises(SmtpRefused):
            _send(relay, to="sofia@example.com")
    assert script.connections == 2


@pytest.mark.parametrize("early", [b"354 go\r\n250 taken already\r\n", b"250 ok\r\n"])
def test_an_answer_before_the_dot_is_not_taken_for_acceptance(early: bytes) -> None:
    with Script(DATA=early) as script:
        error = _fails(SmtpLost, script.port)
    assert not error.after_dot
    assert script.messages == []


def test_the_mark_is_made_before_the_dot_and_a_failing_mark_stops_the_message() -> None:
    seen: list[list[bytes]] = []

    def failing() -> None:
        seen.append(list(script.messages))
        raise OSError("disk full")

    with Script() as script, Relay("127.0.0.1", script.port) as relay:
        with pytest.raises(OSError, match="disk full"):
            relay.send("", "layla@example.com", MESSAGE, failing)
        relay.send("", "layla@example.com", MESSAGE, lambda: seen.append(list(script.messages)))
    assert seen == [[], []]
    assert script.messages == [MESSAGE]
    assert script.connections == 2


def test_a_relay_that_is_not_there_is_lost_at_connect() -> None:
    with pytest.raises(SmtpLost) as caught:
        Relay("127.0.0.1", _free_port()).open()
    assert caught.value.stage == "connect"


@pytest.mark.parametrize(
    ("answers", "security", "code"),
    [
        ({"greeting": b"554 no service\r\n"}, "none", "greeting"),
        ({"EHLO": b"502 what\r\n"}, "none", "greeting"),
        ({}, "starttls", "no-tls"),
        ({"EHLO": b"250-x\r\n250 STARTTLS\r\n", "STAR": b"454 4.7.0 not now\r\n"}, "starttls", "no-tls"),
    ],
)
def test_a_relay_that_cannot_be_used_says_why(answers: dict[str, bytes], security: Any, code: str) -> None:
    with Script(**answers) as script, pytest.raises(SmtpUnusable) as caught:  # type: ignore[arg-type]
        _send(Relay("127.0.0.1", script.port, security, "nashra", "secret"))
    assert caught.value.code == code
    assert not [line for line in script.log if line.startswith(("AUTH", "MAIL"))]


def test_clear_text_after_starttls_ends_the_connection(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    answers = {"EHLO": b"250-x\r\n250 STARTTLS\r\n", "STAR": b"220 go\r\n250-x\r\n250 AUTH PLAIN\r\n"}
    with Script(**answers) as script, pytest.raises(SmtpLost) as caught:  # type: ignore[arg-type]
        Relay("127.0.0.1", script.port, "starttls", tls=contexts[1]).open()
    assert caught.value.stage == "starttls"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # aiosmtpd does not see implicit TLS
@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("methods", [["PLAIN"], ["LOGIN"]])
def test_mail_goes_out_encrypted_and_with_a_password(
    security: Any, methods: list[str], inbox: Inbox, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server, client = contexts
    other = [method for method in ("PLAIN", "LOGIN") if method not in methods]
    options = (
        {"tls_context": server, "require_starttls": True} if security == "starttls" else {"auth_require_tls": False}
    )
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=_free_port(),
        ssl_context=server if security == "tls" else None,
        authenticator=_authenticate,
        auth_required=True,
        auth_exclude_mechanism=other,
        **options,
    )
    controller.start()
    try:
        with Relay("127.0.0.1", controller.port, security, "nashra", "سر 1", tls=client) as relay:
            assert _send(relay).code == 250
            assert _send(relay).code == 250
        with pytest.raises(SmtpUnusable) as caught:
            Relay("127.0.0.1", controller.port, security, "nashra", "wrong", tls=client).open()
        assert caught.value.code == "auth-refused"
    finally:
        controller.stop()
    assert len(inbox.taken) == 2


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_does_not_verify_is_never_accepted(
    security: Any, inbox: Inbox, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server = contexts[0]
    options: dict[str, Any] = {"tls_context": server} if security == "starttls" else {"ssl_context": server}
    controller = Controller(inbox, hostname="127.0.0.1", port=_free_port(), **options)
    controller.start()
    try:
        with pytest.raises(SmtpUnusable) as caught:
            _send(Relay("127.0.0.1", controller.port, security))
    finally:
        controller.stop()
    assert caught.value.code == "bad-certificate"
    assert inbox.taken == []


def test_a_password_is_not_sent_in_clear_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    known = socket.getaddrinfo

    def loopback(host: str, *more: Any) -> Any:
        return known("127.0.0.1" if host == "relay.example" else host, *more)

    monkeypatch.setattr(socket, "getaddrinfo", loopback)
    with Script(EHLO=b"250-x\r\n250 AUTH PLAIN\r\n") as script, pytest.raises(SmtpUnusable) as caught:
        Relay("relay.example", script.port, "none", "nashra", "secret").open()
    assert caught.value.code == "password-in-clear"
    assert not [line for line in script.log if line.startswith("AUTH")]

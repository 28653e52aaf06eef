"""The outbox: promised once, sent once, whatever is killed, cut or stopped meanwhile."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.core.mail import EmailMultiAlternatives
from django.db import connection, connections
from django.utils import timezone
from smtp_script import CUT, Script

from nashra.accounts.models import Reader
from nashra.base import claims, outbox
from nashra.base.models import Message, Suppression
from nashra.base.outbox import Promise
from nashra.base.outbox.leases import LEASE, Leases

State = Message.State
FULL = b"452 4.2.2 mailbox full\r\n"
NOBODY = b"550 5.1.1 no such reader\r\n"


class Killed(BaseException):
    """The process ends here."""


def letter(name: str = "first", *, to: str = "layla@example.com", kind: str = "test") -> Message:
    """A promised message, due now."""
    identifier = outbox.message_id(name)
    body = f"Message-ID: {identifier}\r\nTo: {to}\r\nSubject: {name}\r\n\r\nGood morning.\r\n".encode()
    return outbox.promise(Promise(name, kind, to, name, identifier, body), reader_id=None, now=timezone.now())


def again(message: Message) -> Message:
    """The row as it is now."""
    return Message.objects.get(pk=message.pk)


def later(**changes: Any) -> None:
    """Time passes until everything that waits is due, and every claim of a dead worker has ended."""
    past = timezone.now() - timedelta(seconds=1)
    Message.objects.exclude(due_at=None).update(due_at=past, claimed_until=None, **changes)


def folder(settings: Any) -> Path:
    return Path(settings.NASHRA_DATA / "mail")


@pytest.fixture
def through(settings: Any) -> Callable[[Script], Script]:
    """Points the outbox at a relay."""

    def point(relay: Script) -> Script:
        settings.NASHRA_MAIL_URL = f"smtp://127.0.0.1:{relay.port}"
        return relay

    return point


# ------------------------------------------------------------------------------------------------------ promising


@pytest.mark.django_db
def test_the_same_key_is_promised_once() -> None:
    first = letter("morning")
    second = outbox.promise(
        Promise("morning", "test", "karim@example.com", "other", "<other@example.com>", b"other"),
        reader_id=None, now=timezone.now(),
    )  # fmt: skip
    assert second.pk == first.pk
    assert again(first).to == "layla@example.com"
    assert Message.objects.count() == 1


def test_a_message_id_is_the_same_for_the_same_letter_and_tells_nothing() -> None:
    assert outbox.message_id("digest", 7, "2026-11-24") == outbox.message_id("digest", 7, "2026-11-24")
    assert outbox.message_id("digest", 7, "2026-11-24") != outbox.message_id("digest", 72, "026-11-24")
    assert "2026" not in outbox.message_id("digest", 7, "2026-11-24")


@pytest.mark.parametrize("given", ["nashra@localhost", "nashra@192.168.1.5", "nashra@[::1]", ""])
def test_without_a_name_in_the_dns_letters_come_from_nowhere(settings: Any, given: str) -> None:
    settings.NASHRA_MAIL_FROM = given
    assert outbox.sender() == "nashra@nashra.invalid"


def test_letters_come_from_the_address_of_the_settings(settings: Any) -> None:
    settings.NASHRA_MAIL_FROM = "digest@News.example"
    assert outbox.sender() == "digest@news.example"
    assert outbox.message_id("x").endswith("@news.example>")


@pytest.mark.django_db
def test_what_a_library_sends_goes_through_the_outbox_to_each_recipient(settings: Any) -> None:
    settings.EMAIL_BACKEND = "nashra.base.outbox.Backend"  # the test runner puts another in its place
    mail = EmailMultiAlternatives("خبر", "نص الرسالة", to=["layla@example.com", "karim@example.com"])
    mail.attach_alternative("<p>نص الرسالة</p>", "text/html")
    assert mail.send() == 1
    assert set(Message.objects.values_list("to", "kind")) == {
        ("layla@example.com", "library"),
        ("karim@example.com", "library"),
    }
    body = bytes(Message.objects.earliest("pk").body)
    assert b"\n" not in body.replace(b"\r\n", b"")


# ------------------------------------------------------------------------------------------------------ the folder


@pytest.mark.django_db
def test_by_default_a_letter_is_written_into_the_mail_folder(settings: Any) -> None:
    message = letter()
    assert outbox.deliver() == 1
    (file,) = folder(settings).iterdir()
    assert file.suffix == ".eml"
    assert file.read_bytes() == bytes(message.body)
    assert again(message).state == State.SENT
    assert again(message).reply == f"mail/{file.name}"


@pytest.mark.django_db
def test_a_relative_mail_folder_lies_in_the_data_folder(settings: Any) -> None:
    settings.NASHRA_MAIL_URL = "file:post"
    letter()
    outbox.deliver()
    assert len(list((settings.NASHRA_DATA / "post").iterdir())) == 1


@pytest.mark.django_db
def test_written_twice_is_one_whole_file(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    message = letter()

    def killed(_leases: Leases, _message: Message) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Leases, "forget", killed)
        outbox.deliver()
    assert again(message).state == State.QUEUED
    later()
    outbox.deliver()
    (file,) = folder(settings).iterdir()
    assert file.read_bytes() == bytes(message.body)
    assert again(message).state == State.SENT


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_loses_nothing(settings: Any) -> None:
    folder(settings).write_text("a file is in the way")
    message = letter()
    outbox.deliver()
    assert again(message).state == State.QUEUED
    assert "mail" in again(message).reply
    folder(settings).unlink()
    later()
    outbox.deliver()
    assert again(message).state == State.SENT


# ------------------------------------------------------------------------------------------------------ the relay


@pytest.mark.django_db
def test_a_letter_reaches_the_relay_as_it_was_promised(through: Callable[[Script], Script]) -> None:
    with through(Script()) as relay:
        message = letter()
        outbox.deliver()
        assert relay.messages == [bytes(message.body)]
    assert again(message).state == State.SENT
    assert again(message).reply == "250 2.0.0 taken"
    assert again(message).due_at is None


@pytest.mark.django_db
def test_many_letters_use_one_connection(through: Callable[[Script], Script]) -> None:
    with through(Script()) as relay:
        for number in range(5):
            letter(f"number {number}")
        assert outbox.deliver() == 5
        assert (relay.connections, len(relay.messages)) == (1, 5)


@pytest.mark.django_db
def test_a_relay_that_is_down_refuses_nobody_and_all_arrives_when_it_is_back(settings: Any) -> None:
    with Script() as gone:
        port = gone.port
    settings.NASHRA_MAIL_URL = f"smtp://127.0.0.1:{port}"
    letters = [letter(), letter("second", to="karim@example.com")]
    outbox.deliver()
    for message in letters:
        row = again(message)
        assert row.state == State.QUEUED
        assert row.claimed_until is None
        assert row.due_at is not None
        assert row.due_at > timezone.now()
        assert row.reply.startswith("connection lost at connect")
    with Script() as back:
        settings.NASHRA_MAIL_URL = f"smtp://127.0.0.1:{back.port}"
        later()
        outbox.deliver()
        assert len(back.messages) == 2
    assert {again(message).state for message in letters} == {State.SENT}


@pytest.mark.django_db
def test_the_wait_for_a_relay_that_is_down_grows_to_five_minutes_and_no_further(settings: Any) -> None:
    with Script() as gone:
        settings.NASHRA_MAIL_URL = f"smtp://127.0.0.1:{gone.port}"
    message = letter()
    waits = []
    for _ in range(11):
        later()
        started = timezone.now()
        outbox.deliver()
        due = again(message).due_at
        assert due is not None
        waits.append(round((due - started).total_seconds()))
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


@pytest.mark.django_db
def test_a_refused_letter_keeps_the_reply_and_the_next_one_goes_out(through: Callable[[Script], Script]) -> None:
    with through(Script(RCPT=[NOBODY, b"250 ok\r\n"])) as relay:
        first, second = letter(to="nobody@example.com"), letter("second")
        outbox.deliver()
        assert len(relay.messages) == 1
    assert again(first).state == State.REFUSED
    assert again(first).reply == "550 5.1.1 no such reader"
    assert again(second).state == State.SENT
    later()
    outbox.deliver()
    assert again(first).state == State.REFUSED


@pytest.mark.django_db
def test_a_deferred_letter_is_tried_after_5_15_and_60_minutes_and_then_hourly(
    through: Callable[[Script], Script],
) -> None:
    with through(Script(RCPT=FULL)):
        message = letter()
        waits = []
        for _ in range(5):
            later()
            started = timezone.now()
            outbox.deliver()
            row = again(message)
            assert row.state == State.QUEUED
            assert row.due_at is not None
            waits.append(round((row.due_at - started).total_seconds() / 60))
    assert waits == [5, 15, 60, 60, 60]
    assert again(message).reply == "452 4.2.2 mailbox full"


@pytest.mark.django_db
def test_a_letter_deferred_after_the_dot_was_not_taken_and_raises_no_doubt(through: Callable[[Script], Script]) -> None:
    with through(Script(dot=[FULL, FULL, b"250 taken\r\n"])) as relay:
        message = letter()
        for _ in range(3):
            later()
            outbox.deliver()
        assert len(relay.messages) == 3
    assert (again(message).state, again(message).doubts) == (State.SENT, 0)


@pytest.mark.django_db
def test_a_letter_that_found_no_way_in_time_expires_with_the_last_reply(through: Callable[[Script], Script]) -> None:
    with through(Script(RCPT=FULL)):
        message = letter()
        outbox.deliver()
        later(expires_at=timezone.now())
        outbox.deliver()
    assert again(message).state == State.EXPIRED
    assert again(message).reply == "452 4.2.2 mailbox full"


@pytest.mark.django_db
def test_a_letter_that_cannot_be_sent_at_all_holds_up_no_other(through: Callable[[Script], Script]) -> None:
    def broken(message: Message) -> bool:
        raise LookupError("a fault of the app behind this kind of mail")

    outbox.stopped["broken"] = broken
    try:
        with through(Script()) as relay:
            first, second = letter("broken", kind="broken"), letter("second")
            outbox.deliver()
            assert len(relay.messages) == 1
    finally:
        del outbox.stopped["broken"]
    assert (again(first).state, again(first).reply) == (State.QUEUED, "LookupError")
    assert again(second).state == State.SENT


# ------------------------------------------------------------------------------------------------------ doubt


def kill_after_the_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    """One delivery whose process dies when the relay has taken the message, before that is written down."""

    def killed(_leases: Leases, _message: Message) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Leases, "forget", killed)
        outbox.deliver()


@pytest.mark.django_db
def test_killed_after_the_dot_it_is_sent_once_more_byte_for_byte_and_then_left_in_doubt(
    through: Callable[[Script], Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    with through(Script()) as relay:
        message = letter()
        kill_after_the_dot(monkeypatch)
        assert again(message).state == State.INFLIGHT
        assert outbox.deliver() == 0, "the dead worker's claim still holds"
        later()
        kill_after_the_dot(monkeypatch)
        later()
        outbox.deliver()
        assert relay.messages == [bytes(message.body)] * 2
    assert again(message).state == State.DOUBT


@pytest.mark.django_db
def test_killed_once_it_arrives_at_most_twice_and_is_sent(
    through: Callable[[Script], Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    with through(Script()) as relay:
        message = letter()
        kill_after_the_dot(monkeypatch)
        for _ in range(3):
            later()
            outbox.deliver()
        assert len(relay.messages) == 2
    assert again(message).state == State.SENT


@pytest.mark.django_db
def test_a_connection_cut_after_the_dot_is_one_more_try_and_then_doubt(through: Callable[[Script], Script]) -> None:
    with through(Script(dot=CUT)) as relay:
        message = letter()
        for _ in range(4):
            later()
            outbox.deliver()
        assert len(relay.messages) == 2
    assert again(message).state == State.DOUBT


@pytest.mark.django_db
def test_a_connection_cut_before_the_dot_is_never_a_doubt(through: Callable[[Script], Script]) -> None:
    with through(Script(DATA=[CUT, CUT, CUT, b"354 go on\r\n"])) as relay:
        message = letter()
        for _ in range(4):
            later()
            outbox.deliver()
        assert len(relay.messages) == 1
    assert (again(message).state, again(message).doubts) == (State.SENT, 0)


@pytest.mark.django_db
def test_a_doubtful_letter_that_is_deferred_stays_doubtful(
    through: Callable[[Script], Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    with through(Script(RCPT=[b"250 ok\r\n", FULL, b"250 ok\r\n"])) as relay:
        message = letter()
        kill_after_the_dot(monkeypatch)
        later()
        outbox.deliver()
        assert again(message).state == State.INFLIGHT
        later()
        kill_after_the_dot(monkeypatch)
        later()
        outbox.deliver()
        assert len(relay.messages) == 2
    assert again(message).state == State.DOUBT


@pytest.mark.django_db
def test_a_doubtful_letter_that_was_stopped_or_expired_is_not_called_unsent(
    through: Callable[[Script], Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    with through(Script()) as relay:
        message = letter()
        kill_after_the_dot(monkeypatch)
        outbox.suppress(message.to, message.kind, "stopped")
        later()
        outbox.deliver()
        assert len(relay.messages) == 1
    assert again(message).state == State.DOUBT


# ------------------------------------------------------------------------------------------------------ stopping


@pytest.mark.django_db
def test_what_was_stopped_after_it_was_promised_does_not_leave(settings: Any) -> None:
    message = letter()
    outbox.suppress("Layla@Example.com ", "test", "asked")
    outbox.deliver()
    assert again(message).state == State.SUPPRESSED
    assert not folder(settings).exists()


@pytest.mark.django_db
def test_stopping_one_kind_of_mail_stops_no_other() -> None:
    outbox.suppress("layla@example.com", "digest", "asked")
    account = letter("reset", kind="account")
    outbox.deliver()
    assert again(account).state == State.SENT


@pytest.mark.django_db
def test_a_stopped_address_is_kept_as_a_hash() -> None:
    outbox.suppress("layla@example.com", "digest", "asked")
    outbox.suppress("layla@example.com", "digest", "asked again")
    row = Suppression.objects.get()
    assert "layla" not in row.address_hash
    assert row.reason == "asked"


@pytest.mark.django_db
def test_an_app_may_stop_its_mail_at_the_last_moment() -> None:
    outbox.stopped["moody"] = lambda message: message.to.startswith("karim")
    try:
        stopped, sent = letter("a", to="karim@example.com", kind="moody"), letter("b", kind="moody")
        outbox.deliver()
    finally:
        del outbox.stopped["moody"]
    assert (again(stopped).state, again(sent).state) == (State.SUPPRESSED, State.SENT)


# ------------------------------------------------------------------------------------------------------ claims


def claimed() -> list[Message]:
    return claims.claim(Message.objects.all(), limit=10, lease=LEASE, now=timezone.now())


def taken_over(message: Message) -> datetime:
    """Another worker takes the message up after the lease ran out; the end of its own lease."""
    until = timezone.now() + timedelta(hours=1)
    Message.objects.filter(pk=message.pk).update(claimed_until=until)
    return until


@pytest.mark.django_db
def test_a_lost_claim_is_noticed_before_the_dot(
    through: Callable[[Script], Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = Leases.hold

    def frozen(leases: Leases, message: Message, **changes: Any) -> bool:
        if changes:  # the worker stood still until another one took the message up
            taken_over(message)
        return hold(leases, message, **changes)

    with through(Script()) as relay:
        message = letter()
        monkeypatch.setattr(Leases, "hold", frozen)
        outbox.deliver()
        assert "DATA" in relay.log
        assert relay.messages == []
    assert again(message).state == State.QUEUED
    assert again(message).doubts == 0


@pytest.mark.django_db
def test_a_worker_that_lost_its_claim_changes_nothing() -> None:
    message = letter()
    with Leases(claimed()) as leases:
        until = taken_over(message)
        assert not leases.let_go(message, state=State.REFUSED)
        assert not leases.hold(message, state=State.INFLIGHT)
    assert (again(message).state, again(message).claimed_until) == (State.QUEUED, until)


@pytest.mark.django_db
def test_a_claim_is_renewed_while_the_relay_takes_its_time() -> None:
    message = letter()
    batch = claimed()
    with Leases(batch) as leases:
        leases.renew()
        renewed = again(message).claimed_until
        assert renewed is not None
        assert batch[0].claimed_until is not None
        assert renewed > batch[0].claimed_until
        assert leases.let_go(message, state=State.SENT)


@pytest.mark.django_db
def test_a_claim_that_was_lost_is_not_renewed() -> None:
    message = letter()
    with Leases(claimed()) as leases:
        until = taken_over(message)
        leases.renew()
    assert again(message).claimed_until == until


@pytest.fixture
def shared_database(tmp_path: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database that threads share as processes do: a file of its own under SQLite, the test's under PostgreSQL."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.close()
    before = connection.settings_dict["NAME"]
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", str(tmp_path / "outbox.db"))
        patch.setattr(connection, "is_in_memory_db", lambda: False)
        connection.connection = None
        with connection.schema_editor() as editor:
            for model in (Reader, Message, Suppression):
                editor.create_model(model)
        yield
        connection.close()
    assert connection.settings_dict["NAME"] == before


class Inbox:
    """An aiosmtpd handler that keeps what it gets."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        self.taken.append(bytes(envelope.content or b""))
        return "250 2.0.0 taken"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_two_workers_deliver_each_letter_once(shared_database: None, settings: Any) -> None:
    inbox = Inbox()
    relay = Controller(inbox, hostname="127.0.0.1", port=free_port())
    relay.start()
    try:
        settings.NASHRA_MAIL_URL = f"smtp://127.0.0.1:{relay.port}"
        letters = [letter(f"number {number}") for number in range(60)]
        errors: list[BaseException] = []

        def work() -> None:
            try:
                outbox.deliver()
            except BaseException as error:
                errors.append(error)
            finally:
                connections.close_all()

        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        relay.stop()
    assert errors == []
    assert sorted(inbox.taken) == sorted(bytes(message.body) for message in letters)
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}


# ------------------------------------------------------------------------------------------------------ tidying


@pytest.mark.django_db
def test_old_letters_leave_and_what_waits_stays() -> None:
    old, waiting, new = letter("old"), letter("waiting"), letter("new")
    Message.objects.filter(pk__in=[old.pk, new.pk]).update(state=State.SENT)
    Message.objects.exclude(pk=new.pk).update(made_at=timezone.now() - timedelta(days=181))
    outbox.forget_old_mail()
    assert set(Message.objects.values_list("pk", flat=True)) == {waiting.pk, new.pk}

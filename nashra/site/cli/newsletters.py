"""`nashra newsletter …`: readers' digests, the one kind of newsletter that there is so far."""

import click

from nashra.site.cli.common import JSON, Failed, begin, print_json, print_table, reader_of

DIGEST = "digest"
SHOWN = 20


@click.group()
def newsletter() -> None:
    """List, send and follow newsletters: for now these are the readers' digests."""


@newsletter.command("list")
@JSON
def list_(as_json: bool) -> None:
    """List the digests: whose, when, and the next time."""
    begin()
    from nashra.newsletters.models import Digest

    rows = [
        {"slug": DIGEST, "reader": one.reader.email, "on": one.is_on, "time": f"{one.hour:02}:{one.minute:02}",
         "zone": one.reader.time_zone, "next": one.due_at, "issues": one.issues.count()}
        for one in Digest.objects.select_related("reader").order_by("pk")
    ]  # fmt: skip
    if as_json:
        print_json(rows)
    else:
        print_table(("SLUG", "READER", "ON", "TIME", "ZONE", "NEXT (UTC)", "ISSUES"), [list(r.values()) for r in rows])


@newsletter.command()
@click.argument("slug")
@click.option("--reader", "email", metavar="E-MAIL", required=True, help="Whose digest.")
def send(slug: str, email: str) -> None:
    """Make the digest of a reader now and send it: `nashra newsletter send digest --reader E-MAIL`."""
    begin()
    from django.utils import timezone

    from nashra.base import outbox
    from nashra.newsletters import services

    if slug != DIGEST:
        raise Failed(
            f"There is no newsletter “{slug}”. So far there are readers' digests: send {DIGEST} --reader E-MAIL"
        )
    reader = reader_of(email)
    try:
        issue = services.send_now(reader, timezone.now())
    except services.NotConfirmed:
        raise Failed(f"The address {email} is not confirmed, so no digest goes there.") from None
    except services.TooMany:
        raise Failed("As many issues as may be were sent today already.") from None
    if issue is None or issue.message is None:
        click.echo("Nothing is new, so there is no letter.")
        return
    outbox.deliver()
    issue.message.refresh_from_db()
    click.echo(f"{email}: {issue.subject}\n  {len(issue.article_ids)} articles, {issue.message.state}")
    if issue.message.state not in ("sent", "queued", "inflight"):
        raise Failed(f"The letter was not taken: {issue.message.reply}")


@newsletter.command()
@JSON
def status(as_json: bool) -> None:
    """Print how many letters are in each state, and the last digests."""
    begin()
    from nashra.newsletters import services
    from nashra.newsletters.models import Issue

    counts = dict(services.mail_counts())
    last = [
        {"reader": one.digest.reader.email, "date": one.for_date.isoformat(), "outcome": one.outcome,
         "articles": len(one.article_ids), "letter": one.message.state if one.message else ""}
        for one in Issue.objects.select_related("digest__reader", "message").order_by("-made_at", "-pk")[:SHOWN]
    ]  # fmt: skip
    if as_json:
        print_json({"letters": counts, "issues": last})
        return
    click.echo("Letters: " + (", ".join(f"{count} {state}" for state, count in counts.items()) or "none"))
    print_table(("READER", "DATE", "OUTCOME", "ARTICLES", "LETTER"), [list(row.values()) for row in last])

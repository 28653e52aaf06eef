"""What tests about accounts share."""

from email.message import EmailMessage

from django.test import Client

from nashra.accounts.models import Reader

PASSWORD = "palm-harbour-42"  # the cast's
BETTER = "seven-boats-at-dawn"


def link_in(letter: EmailMessage) -> str:
    """The path of the one link in a letter's text."""
    body = letter.get_body(("plain",))
    assert body is not None
    [address] = {word for word in body.get_content().split() if word.startswith("http://localhost:8000/accounts/")}
    return address.removeprefix("http://localhost:8000")


def signed_in(client: Client) -> Reader | None:
    """Who is signed in in this browser."""
    key = client.session.get("_auth_user_id")
    return Reader.objects.get(pk=key) if key else None

"""Where allauth asks this project: who may sign up, and how account mail is sent."""

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """The project's answers to allauth's questions."""

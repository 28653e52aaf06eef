"""What a reader is told when something cannot be followed or muted."""


class FollowError(Exception):
    """Something that cannot be followed or muted; the message is for the reader."""

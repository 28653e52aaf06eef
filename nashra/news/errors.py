"""What can go wrong with sources, with a sentence for the person who asked."""


class SourceError(Exception):
    """Something about a source cannot be done. `code` is for programs, `message` one translated sentence.

    Codes: address, scheme, blocked, waiting, unreachable, status, not-a-feed, no-feed, no-items,
    selectors, limit, private, opml, duplicate.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

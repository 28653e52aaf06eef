"""Static files under hashed names, compressed; a name that the list lacks costs a picture, never a page."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Like its parent, but a file that is missing from the list keeps its plain name instead of ending the request."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The hashed name, or the plain one when there is none."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name

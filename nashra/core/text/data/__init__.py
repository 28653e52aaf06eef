"""Word lists that the package ships. Lines that begin with ``#`` are remarks."""

from importlib.resources import files


def lines(name: str) -> list[str]:
    """The lines of one list, without remarks and empty lines."""
    text = files(__package__).joinpath(name).read_text("utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def words(name: str) -> list[str]:
    """The words of a list that has several on a line; none if there is no such list."""
    if not files(__package__).joinpath(name).is_file():
        return []
    return [word for line in lines(name) for word in line.split()]

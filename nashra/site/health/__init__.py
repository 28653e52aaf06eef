"""How the installation is: one list of rows for the page, the command line and monitoring programs."""

from nashra.site.health.aside import Aside, run_again, set_aside
from nashra.site.health.rows import Action, HealthRow, health_rows, is_down
from nashra.site.health.work import QueueLine, index_lines, queue_lines

__all__ = [
    "Action",
    "Aside",
    "HealthRow",
    "QueueLine",
    "health_rows",
    "index_lines",
    "is_down",
    "queue_lines",
    "run_again",
    "set_aside",
]

"""The WSGI application; a web process ends when the process that started it is gone."""

import os

from nashra.base.lifeline import follow_parent

follow_parent()

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nashra.site.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402  (not before the parent was looked for)

application = get_wsgi_application()

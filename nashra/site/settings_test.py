"""Settings of the test suite: a data folder of its own, SQLite by default, PostgreSQL when the environment says so."""

import atexit
import os
import shutil
import tempfile

if "NASHRA_DATA" not in os.environ:
    os.environ["NASHRA_DATA"] = tempfile.mkdtemp(prefix="nashra-tests-")
    atexit.register(shutil.rmtree, os.environ["NASHRA_DATA"], ignore_errors=True)
os.environ.setdefault("NASHRA_SECRET_KEY", "a key for tests only, never for an installation")
os.environ.setdefault("NASHRA_URL", "http://localhost:8000")
os.environ.setdefault("NASHRA_QUEUE_URL", f"sqlite://{os.environ['NASHRA_DATA']}/queue.db")

from nashra.site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WHITENOISE_USE_FINDERS = True
SHELF_LATE = 0.0  # each page makes the shelf anew: tests change rows under it

"""Nashra: news chosen for each reader, saved articles and newsletters, Arabic first."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small products: more threads take turns and cost more

"""Vectors for articles, from an embedding model that the owner has set up (`NASHRA_EMBEDDINGS`).

A model is a folder on this machine or an address; `choosing` says which. A worker encodes articles in the background
(`working`), pages read the vectors (`serving`), and `progress` tells the owner how far it is. Nothing here downloads
anything: a model that is not there is not used.
"""

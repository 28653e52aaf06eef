"""Fetching: whose turn it is, one polite request each, what the answer means, and when to ask again.

The flow of one round (`sweep`): `turns` claims sources and hosts, `download` gets answers on an event loop of its own,
`verdict` says what an answer means, `record` writes many answers in one short transaction. `schedule` knows when a
source is due again, `sandbox` runs what may take too long in a process that can be killed.
"""

"""Django code that every app stands on: jobs, the door to the network, files, the outbox, formatting."""

"""Pages of this app, and pictures under our own address."""

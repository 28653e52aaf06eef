"""Pages of accounts: what stands at the door, what a reader decides, and what the owner looks after."""

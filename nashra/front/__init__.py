"""The personal edition: follows, mutes, signals, profile, explanations."""

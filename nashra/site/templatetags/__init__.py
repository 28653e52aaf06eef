"""Template tags of pages that combine apps."""

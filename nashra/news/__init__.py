"""Sources, fetching, articles, revisions, stories, search."""

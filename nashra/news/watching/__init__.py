"""Pages without a feed: news sitemaps looked for, lists of a page offered, followed, and read by other selectors.

`asking` gets what a person waits for, `pages` keeps a page for the minutes of a preview, `sitemaps` looks for news
sitemaps, `previews` reads a page in the sandbox, `following` makes sources of pages.
"""

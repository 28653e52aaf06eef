"""The blocks of a message, one file each: `html(value, look)` and `text(value, look)` from the same value.

Both clean what they are given; `html` escapes every value, and no value is ever read as a template. A new block is a
new file here and a golden pair in `tests/data/mail/blocks/`.
"""

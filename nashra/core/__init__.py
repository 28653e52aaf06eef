"""Pure knowledge: no Django, no network, no files, no clock; data in, data out."""

"""Readers' rules: kept, held against what comes in, previewed, taken back."""

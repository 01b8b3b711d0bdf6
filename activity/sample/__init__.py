"""A sample province: the units are real, quý I/2024 adds up to its published totals, all else is made up.

Deterministic: the same day gives the same rows. Only `manage.py load_sample` uses it.
"""

"""Bytes: one specification a file, print and parse together. Parsers are strict: what does not print back to the same bytes is
refused with ``Unreadable``. Nothing here opens a file, asks the clock, or knows what a control is.
"""

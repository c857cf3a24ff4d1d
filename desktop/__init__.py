"""Fumizukue, a drafting assistant for municipal offices that works without a network."""

__version__ = "0.1.0"

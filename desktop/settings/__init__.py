"""Typed settings and the folders the program uses."""

"""Data files of the program: built-in templates, samples, messages, translations."""

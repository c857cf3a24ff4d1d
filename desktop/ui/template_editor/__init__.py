"""The window in which a leader edits a template, tries it, and publishes it to the office's share."""

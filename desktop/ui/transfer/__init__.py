"""The dialogs that write the whole history out and take one in."""

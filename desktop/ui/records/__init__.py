"""The window's part for records: what may be deleted after its time, and the log of what was done."""

"""Value types, errors and small pure helpers that every other part may use; standard library only."""

"""The pages of the history: search, comparison of versions, tags, trash."""

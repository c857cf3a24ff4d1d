"""The history database: opening, migrating, backing up, and the records of every document."""

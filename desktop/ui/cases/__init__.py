"""The window's part for cases that went well: telling of one, and the gallery of all."""

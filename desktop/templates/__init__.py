"""Template files: their types, strict parsing, rendering to a prompt and a schema, and the built-in set."""

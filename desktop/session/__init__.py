"""Use cases: what a person does, built from templates, documents, store and engine; no Qt."""

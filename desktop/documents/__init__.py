"""Office files in and out, one module per format, with bounded parsing of what comes from outside."""

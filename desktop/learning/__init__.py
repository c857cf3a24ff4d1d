"""What people learn from each other: cases that went well."""

"""Names of persons: what ships, what an operator builds, and how text is matched against it."""

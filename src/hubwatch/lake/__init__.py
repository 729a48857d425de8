"""The lake: exact raw answers, and the typed tables that are refined from them."""

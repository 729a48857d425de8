"""Questions put to a lake: pure functions from tables to one tidy table each."""

"""Readers of persons: each streams one source and says from where it can go on."""

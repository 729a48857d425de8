"""The prompt language: parse, normalise, tags, resources."""

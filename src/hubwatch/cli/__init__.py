"""The `hubwatch` command; each verb lives in a module of its own and is imported when used."""

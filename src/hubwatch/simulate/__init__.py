"""The simulated hub: a generator of a fictional hub, and a server that speaks the hub's API."""

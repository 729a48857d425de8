"""The fictional hub's API over HTTP: its rules, its limits and, on request, its faults."""

from hubwatch.simulate.server.hub import SimulatedHub, serve

__all__ = ["SimulatedHub", "serve"]

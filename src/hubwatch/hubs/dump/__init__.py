"""Dumps: answers of a hub that somebody saved to files; `Dump` is the connector over some."""

from hubwatch.hubs.dump.connector import Dump

__all__ = ["Dump"]

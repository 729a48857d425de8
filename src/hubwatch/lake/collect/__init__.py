"""Collecting: walking a hub's slices into the raw store, completely and resumably."""

from hubwatch.lake.collect.collection import collect
from hubwatch.lake.collect.summary import CollectProgress, CollectSummary, SliceEnd

__all__ = ["CollectProgress", "CollectSummary", "SliceEnd", "collect"]

"""Refining: from raw answers to typed tables, each snapshot once."""

from hubwatch.lake.refine.refining import RefineSummary, refine, row_counts

__all__ = ["RefineSummary", "refine", "row_counts"]

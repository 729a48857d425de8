"""A check of a dataset before training: whom it aims at, and what speaks against it."""

from hubwatch.adapters.dataset.check import check_dataset
from hubwatch.adapters.dataset.records import DatasetReport

__all__ = ["DatasetReport", "check_dataset"]

"""The raw store: a hub's exact answers as snapshots of compressed JSON lines."""

from hubwatch.lake.layout import lock_lake
from hubwatch.lake.raw.record import RawRecord, body_fields, record_of
from hubwatch.lake.raw.store import (
    SnapshotWriter,
    read_records,
    resume_snapshot,
    snapshots,
    start_snapshot,
)

__all__ = [
    "RawRecord",
    "SnapshotWriter",
    "body_fields",
    "lock_lake",
    "read_records",
    "record_of",
    "resume_snapshot",
    "snapshots",
    "start_snapshot",
]

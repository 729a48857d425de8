"""An audit of the labels that taggers and captioners use."""

from hubwatch.adapters.audit.mapping import as_csv
from hubwatch.adapters.audit.records import Audit
from hubwatch.adapters.audit.run import Audited, audit_tagset

__all__ = ["Audit", "Audited", "as_csv", "audit_tagset"]

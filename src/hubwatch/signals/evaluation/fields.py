"""Whether the fields that an evaluation names are there, and whether the label is one."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hubwatch.errors import UsageError
from hubwatch.signals.evaluation.items import CREATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.signals.evaluation.items import Fields, Judged, JudgedBatch

#: A field with so many values or fewer may be a label, whatever their share.
FEW_VALUES: Final = 10


def require_fields(judged: JudgedBatch, fields: Fields) -> None:
    """Fail when no item has a field that was named; a default group may be missing.

    Args:
        judged: the whole input; nothing is required of one without a readable item.
        fields: which were named.

    Raises:
        UsageError: no item has it, or the label is no single value.
    """
    if not judged.items and not judged.failed:
        raise UsageError("there are no items", hint="the input is empty")
    group = fields.group if fields.group != CREATOR else ""
    for path in filter(None, (fields.label, fields.by, group)):
        if judged.items and path not in judged.found:
            near = get_close_matches(path, sorted(judged.keys), 1)
            hint = f"did you mean `{near[0]}`?" if near else "fields inside others: `a.b`"
            raise UsageError(f"no item has a field `{path}`", hint=hint)
    if judged.unfit:
        raise UsageError(
            f"`{fields.label}` is {min(judged.unfit)}, not a label",
            hint="name a field inside it, for example `a.b` or `a.0`",
        )


def require_labels(items: Sequence[Judged], label: str) -> None:
    """Fail when a field is no label: about as many values as items.

    Args:
        items: labelled ones.
        label: name of the field.

    Raises:
        UsageError: more than half as many values as items.
    """
    values = len({str(item.label) for item in items})
    if values > max(FEW_VALUES, len(items) / 2):
        raise UsageError(
            f"`{label}` has {values} values in {len(items)} items: it is no label",
            hint="a label says of many items the same, for example true or false",
        )

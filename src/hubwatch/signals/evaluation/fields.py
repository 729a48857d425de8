"""Whether the fields that an evaluation names are there, and whether the label is one."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hubwatch.errors import UsageError
from hubwatch.signals.evaluation.items import CREATOR, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hubwatch.signals.evaluation.items import Fields, Judged, JudgedBatch

#: A field with so many values or fewer may be a label, whatever their share.
FEW_VALUES: Final = 10
#: A label longer than this is not repeated in a message.
_SHORT: Final = 30
#: Parts of a path whose values tell who somebody is.
_PERSONAL: Final = frozenset(("creator", "username", "user", "name"))


def require_impersonal(fields: Fields) -> None:
    """Fail when the label or the parts name accounts or items: their values would be printed.

    Args:
        fields: which were named; the group may name accounts, since it is never printed.

    Raises:
        UsageError: one of them does.
    """
    for option, path in (("--label", fields.label), ("--by", fields.by)):
        if _is_personal(path):
            raise UsageError(
                f"`{option} {path}` would print names or accounts",
                hint="name a field of few kinds, for example `type`",
            )


def _is_personal(path: str) -> bool:
    return not _PERSONAL.isdisjoint(path.lower().split("."))


def require_fields(judged: JudgedBatch, fields: Fields) -> None:
    """Fail when no item has a field that was named; a default group may be missing.

    Args:
        judged: the whole input; nothing is required of one without a readable item.
        fields: which were named.

    Raises:
        UsageError: no item has it, or the label or the field of the parts is no single value.
    """
    if not judged.items and not judged.failed:
        raise UsageError("there are no items", hint="the input is empty")
    group = fields.group if fields.group != CREATOR else ""
    for path in filter(None, (fields.label, fields.by, group, *fields.hide)):
        if judged.items and path not in judged.found:
            near = get_close_matches(path, sorted(judged.keys), 1)
            hint = f"did you mean `{near[0]}`?" if near else "fields inside others: `a.b`"
            raise UsageError(f"no item has a field `{path}`", hint=hint)
    if judged.unfit:
        raise UsageError(
            f"`{fields.label}` is {min(judged.unfit)}, not a label",
            hint="name a field inside it, for example `a.b` or `a.0`",
        )
    if judged.unfit_by:
        raise UsageError(
            f"`{fields.by}` is {min(judged.unfit_by)}: it cannot tell parts apart",
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


def require_parts(items: Sequence[Judged], by: str) -> None:
    """Fail when a field has about as many values as there are items, which would be printed.

    Args:
        items: labelled ones.
        by: name of the field; may be empty.

    Raises:
        UsageError: more than half as many values as items.
    """
    values = len({item.by for item in items})
    if by and values > max(FEW_VALUES, len(items) / 2):
        raise UsageError(
            f"`{by}` has {values} values in {len(items)} items: it cannot tell parts apart",
            hint="name a field of few kinds, for example `type`",
        )


def require_positive(items: Sequence[Judged], label: str, positive: Collection[str]) -> None:
    """Fail when none of the labels that mean true is there.

    Args:
        items: labelled ones; nothing is required where there are none.
        label: name of the field.
        positive: labels that mean true, as text; may be empty.

    Raises:
        UsageError: no item has one of them.
    """
    found = sorted({text_of(item.label) for item in items})
    if not positive or not found or not set(positive).isdisjoint(found):
        return
    few = len(found) <= FEW_VALUES and max(map(len, found)) <= _SHORT
    if few and not _is_personal(label):
        hint = f"the labels are: {', '.join(found)}"
    else:
        hint = f"`{label}` has {len(found)} other values"
    raise UsageError(f"no item has a label of `--positive {','.join(positive)}`", hint=hint)

"""A suggested mapping: from a sexualised or gendered label to a safer one of the same set."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.adapters.audit.records import MappingCounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.adapters.audit.labels import Label
    from hubwatch.adapters.audit.reading import Reading

COLUMNS: Final = (
    *("number", "label", "gender", "codes", "action", "to_number", "to_label", "because"),
)
#: Why a label is mapped or dropped.
BECAUSE: Final = {
    "sexualised.neutral": "the set has the same label without the sexual or objectifying wording",
    "sexualised.gendered": "the set has the same label without the sexual or objectifying wording; "
    "its gender stays",
    "sexualised.none": "the set has no such label",
    "gendered.neutral": "the set has the same label without the gender",
}
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Suggestion(NamedTuple):
    """One line of the mapping; see `COLUMNS`. `to` is None for a label that is dropped."""

    label: Label
    reading: Reading
    to: tuple[Label, Reading] | None
    because: str


def suggest(
    labels: Sequence[tuple[Label, Reading]],
) -> tuple[list[Suggestion], MappingCounts]:
    """Return what could be done with each sexualised, objectifying or gendered label.

    Args:
        labels: of one set, those about minors left out.
    """
    harmless = {
        label.text: (label, reading)
        for label, reading in labels
        if not reading.codes and not label.naming
    }
    neutral = {text: one for text, one in harmless.items() if one[1].gender == "none"}
    found, kept = [], 0
    for label, reading in labels:
        to = neutral.get(reading.rest) if reading.rest != label.text else None
        if reading.unsafe:
            because = "sexualised.neutral"
            if to is None:
                to = harmless.get(reading.dressed)
                because = "sexualised.none" if to is None else "sexualised.gendered"
            found.append(Suggestion(label, reading, to, because))
        elif reading.gender in ("women", "men", "both") and not reading.codes:
            if to is None:
                kept += 1
            else:
                found.append(Suggestion(label, reading, to, "gendered.neutral"))
    mapped = sum(one.to is not None for one in found)
    return found, MappingCounts(mapped, len(found) - mapped, kept)


def as_csv(suggestions: Sequence[Suggestion], *, reveal: bool = False) -> str:
    """Return the mapping as CSV.

    A label is written out only when it is made of everyday words, says nothing sexual and names
    nobody; otherwise its number in the list must do, by which a program can apply the mapping.

    Args:
        suggestions: in the order of the list.
        reveal: write every label out; the caller has logged it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in suggestions:
        to = one.to
        writer.writerow(
            (
                one.label.number,
                _written(one.label, one.reading, reveal=reveal),
                one.reading.gender,
                " ".join(one.reading.codes),
                "drop" if to is None else "map",
                "" if to is None else to[0].number,
                "" if to is None else _written(*to, reveal=reveal),
                one.because,
            )
        )
    return out.getvalue()


def _written(label: Label, reading: Reading, *, reveal: bool) -> str:
    if not reveal and not reading.public:
        return ""
    return f"'{label.text}" if label.text.startswith(_FORMULA) else label.text

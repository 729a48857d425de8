"""A card as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwatch.adapters.card import Card

_MARGIN: Final = 16
_TAGS: Final = 10
_UNKNOWN: Final = "not said"
_DIGITS: Final = 16


def card_lines(card: Card) -> list[str]:
    """Return the lines of a card; nothing in them that the card does not hold.

    Signs that would steer a terminal or turn the direction of writing are a dot.
    """
    rows = [
        ("trainer", _trainer(card)),
        ("base model", card.base_model or _UNKNOWN),
        ("network", _network(card)),
        ("training", _training(card)),
        ("captions", _captions(card)),
        *(("", f"{tag.count:>6,}  {tag.tag}") for tag in card.captions.top[:_TAGS]),
        ("output name", card.output_name or _UNKNOWN),
        ("file", _file(card)),
        ("header", f"sha256 {card.header_sha256[:_DIGITS]}…"),
        *_weights(card),
        ("likeness", _likeness(card)),
        ("consent", _consent(card)),
    ]
    lines = [f"{name:<{_MARGIN}}{_printable(text)}".rstrip() for name, text in rows]
    return [*lines, "", "What it means for likeness and consent:", *_said(card)]


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "·" for char in text)


def _said(card: Card) -> Iterator[str]:
    yield from (f"- {sentence}" for sentence in card.meaning)


def _trainer(card: Card) -> str:
    version = f", {card.trainer_version[:_DIGITS]}" if card.trainer_version else ""
    stripped = "; no training metadata in the header" if card.stripped else ""
    return f"{card.trainer}{version}{stripped}"


def _network(card: Card) -> str:
    network = card.network
    parts = [
        network.module or "",
        f"rank {network.rank}" if network.rank is not None else "",
        f"alpha {network.alpha:g}" if network.alpha is not None else "",
    ]
    return ", ".join(filter(None, parts)) or _UNKNOWN


def _training(card: Card) -> str:
    images, repeats = card.training_images, card.repeats
    pictures = f"{images:,} pictures" if images is not None else ""
    if pictures and repeats is not None:
        pictures += f" × {repeats:,}"
    parts = [
        pictures,
        f"{card.epochs:,} epochs" if card.epochs is not None else "",
        f"{card.steps:,} steps" if card.steps is not None else "",
        f"{card.resolution:,} px" if card.resolution is not None else "",
        card.optimizer or "",
        card.trained_at.date().isoformat() if card.trained_at is not None else "",
    ]
    return ", ".join(filter(None, parts)) or _UNKNOWN


def _captions(card: Card) -> str:
    captions = card.captions
    if captions.style == "none":
        return "none in the header"
    more = f", {n:,} of sexual or violent wording" if (n := sum(captions.codes.values())) else ""
    return f"{captions.style}, {captions.distinct:,} distinct{more}"


def _file(card: Card) -> str:
    size = f", {_size(card.file_bytes)} in all" if card.file_bytes is not None else ""
    plural = "" if card.tensors == 1 else "s"
    return f"{card.tensors:,} tensor{plural}, {_size(card.metadata_bytes)} of metadata{size}"


def _weights(card: Card) -> Iterator[tuple[str, str]]:
    if card.tensor_digest is not None:
        yield "tensors", f"sha256 {card.tensor_digest[:_DIGITS]}…"
    if card.signature is not None:
        yield "signature", card.signature


def _likeness(card: Card) -> str:
    answer = card.likeness
    value = (
        {True: "true", False: "false"}.get(bool(answer.value)) if answer.value is not None else ""
    )
    score = f", score {answer.score:.2f}" if answer.score is not None else ""
    cut = ""
    if answer.origin == "classifier":
        cut = f", true from {card.likeness_threshold:.2f} on"
    because = ", ".join(dict.fromkeys(reason.code for reason in answer.evidence))
    return f"real_person {value or 'unknown'}{score}{cut}" + (f" ({because})" if because else "")


def _consent(card: Card) -> str:
    manifest = card.consent.manifest
    if manifest is None:
        return "none on file"
    relation = f" by {manifest.relation}" if manifest.relation else ""
    return f"{card.consent.tier}{relation}, not verified"


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    for unit in ("kB", "MB"):
        count_of = count / (1000 if unit == "kB" else 1000**2)
        if count_of < 1000:
            return f"{count_of:.1f} {unit}"
    return f"{count / 1000**3:.1f} GB"

"""The card of one adapter file: what its header says, without a name, and what that means."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads the annotation
from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.adapters.captions import Style  # noqa: TC001 - msgspec reads the annotation
from hubwatch.adapters.card_likeness import of_the_file, threshold
from hubwatch.adapters.consent import Consent, read_consent
from hubwatch.adapters.identity import shape_digest
from hubwatch.adapters.meaning import Facts, meaning
from hubwatch.adapters.rows import metadata_bytes
from hubwatch.adapters.training import Training, read_training
from hubwatch.adapters.wording import TopTag, Wording, read_wording
from hubwatch.signals.answers import Answer  # noqa: TC001 - msgspec reads the annotation
from hubwatch.signals.registry import signal
from hubwatch.signals.reveal import revealed, speaks_of_minors
from hubwatch.signals.subjects import ModelSubject

if TYPE_CHECKING:
    from hubwatch.adapters.header import Header
    from hubwatch.adapters.redact import Redactor

#: Caption tags that `real_person` reads; the minor cue reads all.
_TAGS_READ: Final = 200
#: Network modules of the LyCORIS family are a method of their own on the hub.
_LYCORIS: Final = "lycoris"
_ID_DIGITS: Final = 16
#: Fields that are those of `Training`.
_COPIED: Final = (
    *("trainer", "trainer_version", "stripped", "base_model", "optimizer", "resolution"),
    *("training_images", "repeats", "epochs", "steps", "trained_at"),
)


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """The network that was trained; None is unknown."""

    module: str | None
    rank: int | None
    alpha: float | None


class CardCaptions(msgspec.Struct, frozen=True, kw_only=True):
    """Captions in the header.

    Args:
        style: tags, sentences, mixed, none.
        distinct: distinct tags or sentences.
        top: the most frequent tags, as they may be shown.
        codes: distinct tags by code of what they say, for example `sexualised.pose`.
    """

    style: Style
    distinct: int
    top: tuple[TopTag, ...]
    codes: dict[str, int]


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What `inspect --json` answers; None is unknown.

    Args:
        trainer, trainer_version, base_model, optimizer, resolution, training_images, repeats,
            epochs, steps, trained_at: see `Training`.
        stripped: the header holds no training metadata at all.
        network, captions: see there.
        output_name: token of the name that the trainer wrote; the name itself when revealed.
        person_like: output name, folders or tags hold a string with the form of a person's name;
            stricter than the code `name.form` of `likeness`, it asks for a known given name and a
            surname.
        tensors: how many.
        metadata_bytes: of the metadata as compact JSON; 0 when there is none.
        file_bytes: of the whole file; None when nobody said.
        header_sha256, shape_sha256: digest of the exact header; of tensors' names, types, shapes.
        tensor_digest, signature: see `identity`; None when the weights were not read.
        likeness: what the signal `real_person` says of the names in the file; None when it rests
            on nothing in it. Reasons are only of what the file has.
        likeness_threshold: score from which the signal's classifier says true.
        minor_cue: what the signal `minor_cue` says; counted, never shown.
        consent: what is on file about consent.
        meaning: sentences on likeness and consent.
        revealed: names and words are shown as written.
    """

    trainer: str
    trainer_version: str | None
    stripped: bool
    base_model: str | None
    network: Network
    training_images: int | None
    repeats: int | None
    epochs: int | None
    steps: int | None
    resolution: int | None
    optimizer: str | None
    trained_at: datetime | None
    captions: CardCaptions
    output_name: str | None
    person_like: bool
    tensors: int
    metadata_bytes: int
    file_bytes: int | None
    header_sha256: str
    shape_sha256: str
    tensor_digest: str | None
    signature: str | None
    likeness: Answer
    likeness_threshold: float
    minor_cue: bool | None
    consent: Consent
    meaning: tuple[str, ...]
    revealed: bool


def make_card(
    header: Header,
    redactor: Redactor,
    *,
    file_name: str | None = None,
    file_bytes: int | None = None,
    tensor_digest: str | None = None,
    signature: str | None = None,
    reveal: bool = False,
) -> Card:
    """Return the card of a file.

    Args:
        header: of the file.
        redactor: turns names into tokens.
        file_name: name without folders; read by the signals, never shown.
        file_bytes: size of the file; None when it is not known.
        tensor_digest, signature: of the weights, when somebody read them.
        reveal: show names and words as written, unless a minor may be meant; the caller has
            logged it.
    """
    training = read_training(header.metadata, header.tensors)
    subject = _subject(header, training, file_name, file_bytes)
    likeness = of_the_file(signal("real_person").answer_one(subject), subject)
    minor = signal("minor_cue").answer_one(_whole(subject, training))
    reveal = reveal and not speaks_of_minors(minor)
    own = training.own_names
    beside = (*own, file_name) if file_name else own
    counts = training.captions.counts
    wording = read_wording(counts, beside, redactor, reveal=False)
    shown = read_wording(counts, beside, redactor, reveal=True) if reveal else wording
    consent = read_consent(header.metadata)
    person_like = redactor.person_like([*own, *counts])
    named = bool(own or counts)
    facts = Facts(training, wording, likeness, minor, consent, person_like, named)
    return Card(
        **_of_header(header, training),
        captions=_captions(training, shown),
        output_name=_output_name(training, redactor, reveal=reveal),
        person_like=person_like,
        file_bytes=file_bytes,
        tensor_digest=tensor_digest,
        signature=signature,
        likeness=revealed(likeness, subject) if reveal else likeness,
        likeness_threshold=threshold(),
        minor_cue=minor.value if isinstance(minor.value, bool) else None,
        consent=consent,
        meaning=meaning(facts),
        revealed=reveal,
    )


def _of_header(header: Header, training: Training) -> dict[str, Any]:
    """Return the fields that need no redaction."""
    module, rank, alpha = training.network_module, training.rank, training.alpha
    return {name: getattr(training, name) for name in _COPIED} | {
        "network": Network(module=module, rank=rank, alpha=alpha),
        "tensors": len(header.tensors),
        "metadata_bytes": metadata_bytes(header.metadata),
        "header_sha256": header.sha256,
        "shape_sha256": shape_digest(header.tensors),
    }


def _subject(
    header: Header, training: Training, file_name: str | None, file_bytes: int | None
) -> ModelSubject:
    """Return the file as the signals read it: a model of whose page nothing is known."""
    names = (file_name,) if file_name else ()
    module = (training.network_module or "").lower()
    triggers = dict.fromkeys((*training.trigger_words, *training.captions.folders))
    return ModelSubject(
        id=header.sha256[:_ID_DIGITS],
        name=next(filter(None, (training.output_name, *training.titles)), ""),
        method="LoCon" if _LYCORIS in module else "LORA",
        base_models=(training.base_model,) if training.base_model else (),
        trigger_words=tuple(triggers),
        file_names=names,
        largest_file_kib=None if file_bytes is None else file_bytes / 1024,
        versions=1,
        training_tags=tuple(training.captions.counts)[:_TAGS_READ],
    )


def _whole(subject: ModelSubject, training: Training) -> ModelSubject:
    """Return the subject with all that may point at a minor, not its most frequent tags alone."""
    return msgspec.structs.replace(
        subject, version_names=training.titles, training_tags=tuple(training.captions.counts)
    )


def _captions(training: Training, wording: Wording) -> CardCaptions:
    captions = training.captions
    return CardCaptions(
        style=captions.style, distinct=captions.distinct, top=wording.top, codes=wording.codes
    )


def _output_name(training: Training, redactor: Redactor, *, reveal: bool) -> str | None:
    if training.output_name is None:
        return None
    return training.output_name if reveal else redactor.token(training.output_name)

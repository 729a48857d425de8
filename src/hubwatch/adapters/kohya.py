"""What kohya's sd-scripts write, and those that follow them: keys `ss_*`, all values text.

Source: github.com/kohya-ss/sd-scripts, `train_network.py`, `docs/train_network_README`; the same
keys are written by its forks, by musubi-tuner and, some of them, by other trainers.
"""

from __future__ import annotations

import re
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from hubwatch.adapters import known
from hubwatch.adapters.base_models import base_model_of
from hubwatch.adapters.captions import Captions, folder_name, read_captions
from hubwatch.adapters.record import Training
from hubwatch.adapters.values import (
    base_name,
    first_text,
    first_whole,
    list_of,
    object_of,
    real_of,
    text_of,
    time_of,
    whole_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Keys that only kohya's scripts and their kin write.
OWN_KEYS: Final = (
    *("ss_network_module", "ss_network_dim", "ss_sd_scripts_commit_hash", "ss_session_id"),
    *("ss_tag_frequency", "ss_dataset_dirs", "ss_datasets", "ss_training_started_at"),
    *("ss_num_train_images", "ss_learning_rate", "ss_optimizer", "ss_v2"),
)
#: Largest numbers that are believed.
MOST: Final = 100_000_000
MOST_RANK: Final = 16_384
_MOST_DATASETS: Final = 100
_MOST_CLASS_WORDS: Final = 500
_NUMBER: Final = re.compile(r"(?<!\d)\d{2,5}(?!\d)")
#: Where a data set says which folder or list of files it is.
_PLACES: Final = (
    *("image_dir", "metadata_file", "image_directory", "video_directory"),
    *("image_jsonl_file", "video_jsonl_file"),
)


def read_kohya(metadata: Mapping[str, str]) -> Training:
    """Return what the keys `ss_*` say, whoever wrote them.

    Args:
        metadata: of the header.
    """
    datasets = [object_of(item) for item in list_of(metadata.get("ss_datasets"))[:_MOST_DATASETS]]
    folders = _folders(metadata, datasets)
    model = first_text(metadata, "ss_sd_model_name", "ss_base_model")
    return Training(
        trainer_version=known.version(first_text(metadata, "ss_sd_scripts_commit_hash")),
        base_model=base_model_of(_words(metadata), (model,)),
        base_hash=_base_hash(metadata),
        base_file=known.base_file(model),
        network_module=known.network_module(first_text(metadata, "ss_network_module")),
        rank=first_whole(metadata, 1, MOST_RANK, "ss_network_dim"),
        alpha=real_of(metadata.get("ss_network_alpha"), 0, MOST_RANK),
        optimizer=known.optimizer(first_text(metadata, "ss_optimizer")),
        resolution=longer_edge(metadata.get("ss_resolution")) or _largest(datasets),
        training_images=_images(metadata, folders),
        repeats=max(folders.values(), key=itemgetter(0), default=(0, None))[1],
        epochs=first_whole(metadata, 1, MOST, "ss_epoch", "ss_num_epochs"),
        steps=first_whole(metadata, 1, MOST, "ss_steps", "ss_max_train_steps"),
        trained_at=time_of(metadata.get("ss_training_started_at")),
        captions=_captions(metadata, datasets, folders),
        output_name=first_text(metadata, "ss_output_name"),
        trigger_words=tuple(islice(dict.fromkeys(_class_words(datasets)), _MOST_CLASS_WORDS)),
    )


def longer_edge(value: object) -> int | None:
    """Return the longer edge out of `512`, `(512, 768)`, `512,768` or `512x768`, in pixels."""
    text = str(value) if isinstance(value, int) else text_of(value)
    edges = [int(edge) for edge in _NUMBER.findall(text or "")[:16]]
    return max((edge for edge in edges if 64 <= edge <= 16_384), default=None)


def _words(metadata: Mapping[str, str]) -> tuple[str | None, ...]:
    second = (text_of(metadata.get("ss_v2")) or "").lower() == "true"
    return first_text(metadata, "ss_base_model_version"), "sd_v2" if second else None


def _base_hash(metadata: Mapping[str, str]) -> str | None:
    keys = ("ss_new_sd_model_hash", "ss_sd_model_hash")
    hashes = (known.base_hash(first_text(metadata, key)) for key in keys)
    return next(filter(None, hashes), None)


def _largest(datasets: list[dict[str, Any]]) -> int | None:
    """Return the largest longer edge of several data sets."""
    edges = []
    for dataset in datasets:
        value = dataset.get("resolution")
        edges += [longer_edge(part) for part in (value if isinstance(value, list) else [value])[:8]]
    return max(filter(None, edges), default=None)


def _subsets(datasets: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the subsets of data sets; musubi-tuner's have none and are their own."""
    for dataset in datasets:
        yield from map(object_of, list_of(dataset.get("subsets"))[:1_000] or [dataset])


def _folders(
    metadata: Mapping[str, str], datasets: list[dict[str, Any]]
) -> dict[str, tuple[int, int | None]]:
    """Return images and repeats by folder, without pictures that only regularise."""
    found: dict[str, tuple[int, int | None]] = {}
    for folder, told in object_of(metadata.get("ss_dataset_dirs")).items():
        values = object_of(told)
        repeats = whole_of(values.get("n_repeats"), 1, MOST) or folder_name(folder)[0]
        found[folder] = (whole_of(values.get("img_count"), 0, MOST) or 0, repeats)
    if found:
        return found
    for subset in _subsets(datasets):
        place = first_text(subset, *_PLACES)
        if place and subset.get("is_reg") is not True:
            images = whole_of(subset.get("img_count"), 0, MOST) or 0
            found[base_name(place)] = (images, whole_of(subset.get("num_repeats"), 1, MOST))
    return found


def _images(
    metadata: Mapping[str, str], folders: Mapping[str, tuple[int, int | None]]
) -> int | None:
    """Return the images: the folders' sum, else the trainer's count, which includes repeats."""
    if images := sum(count for count, _ in folders.values()):
        return min(images, MOST)
    return first_whole(metadata, 1, MOST, "ss_num_train_images")


def _captions(
    metadata: Mapping[str, str],
    datasets: list[dict[str, Any]],
    folders: Mapping[str, Any],
) -> Captions:
    frequency = object_of(metadata.get("ss_tag_frequency"))
    for dataset in datasets if not frequency else ():
        frequency |= object_of(dataset.get("tag_frequency"))
    # The scripts count captions of pictures that only regularise among the others.
    beside = set(_regularising(metadata, datasets)) - set(folders)
    trained = {folder: told for folder, told in frequency.items() if folder not in beside}
    return read_captions(trained, folders)


def _regularising(metadata: Mapping[str, str], datasets: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the folders of pictures that only regularise."""
    yield from object_of(metadata.get("ss_reg_dataset_dirs"))
    for subset in _subsets(datasets):
        place = first_text(subset, *_PLACES)
        if place and subset.get("is_reg") is True:
            yield base_name(place)


def _class_words(datasets: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the words that stand for the subject in pictures without a caption."""
    for subset in _subsets(datasets):
        words = text_of(subset.get("class_tokens"))
        if words:
            yield words

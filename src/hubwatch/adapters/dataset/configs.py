"""Whom and what a trainer's configuration names: kohya, OneTrainer, ai-toolkit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.adapters.dataset.plain import maps, read_plain, text, texts
from hubwatch.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

#: Under which a configuration may hold a consent manifest.
CONSENT_KEYS: Final = ("hubwatch.consent", "hubwatch_consent")


class Concept(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is trained.

    Args:
        name: as the configuration calls it; empty when it does not.
        folder: path of its images as written; empty when not said.
        triggers: class tokens, trigger words, caption prefixes and default captions.
        suffix: of its caption files, with the dot; empty for the trainer's default.
        captions_file: a file with one caption a line, or kohya's metadata file; empty when none.
        named_by_files: the names of the images are the captions.
        regular: regularisation images: never what is aimed at.
    """

    name: str = ""
    folder: str = ""
    triggers: tuple[str, ...] = ()
    suffix: str = ""
    captions_file: str = ""
    named_by_files: bool = False
    regular: bool = False


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """One configuration.

    Args:
        trainer: `kohya`, `onetrainer` or `ai-toolkit`.
        concepts: what is trained.
        names: names of what comes out: of the file, of the run, its title.
        words: what stands for the whole run: trigger words, placeholders of embeddings.
        description: what the run says of itself, for the file's metadata.
        tags: tags for the file's metadata.
        prompts: sample prompts.
        others: further configurations that it points at, as written.
        consent: a consent manifest, or the path of one; None when there is none.
    """

    trainer: str
    concepts: tuple[Concept, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    description: str = ""
    tags: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    consent: Any = None

    @property
    def says_something(self) -> bool:
        """There is a name, word, text or concept in it that can be asked about."""
        told = (self.names, self.words, self.description, self.tags, self.prompts)
        concepts = (text for one in self.concepts for text in (one.name, one.folder, *one.triggers))
        return any(told) or any(concepts)


def read_config(path: Path) -> Config:
    """Read a configuration that the user named.

    Raises:
        InputError: it cannot be read, or is of no trainer that is known.
    """
    found = config_of(read_plain(path))
    if found is None:
        raise InputError(
            f"`{path}` is of no trainer that hubwatch knows",
            hint="kohya (.toml), OneTrainer (.json) or ai-toolkit (.yaml) is read",
        )
    return found


def config_of(value: Any) -> Config | None:
    """Return what a configuration says; None when it is of no known trainer.

    Args:
        value: as `plain.read_plain` gives it.
    """
    return next((said for read in _READERS if (said := read(value)) is not None), None)


def last_part(path: str) -> str:
    """Return the last part of a path as any system writes it."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _suffix(value: Any) -> str:
    found = text(value, 32).lower()
    return found if not found or found.startswith(".") else f".{found}"


def _consent(*places: Any) -> Any:
    """Return the first consent manifest in some maps."""
    for place in places:
        if not isinstance(place, dict):
            continue
        for key in CONSENT_KEYS:
            if place.get(key):
                return place[key]
        inner = place.get("hubwatch")
        if isinstance(inner, dict) and inner.get("consent"):
            return inner["consent"]
    return None


# ai-toolkit ----------------------------------------------------------------------------------


def _ai_toolkit(value: Any) -> Config | None:
    config = value.get("config") if isinstance(value, dict) else None
    if not isinstance(config, dict) or "process" not in config:
        return None
    processes = maps(config["process"])
    words = texts([process.get("trigger_word") for process in processes])
    samples = [one for process in processes for one in maps(process.get("sample", []))]
    return Config(
        trainer="ai-toolkit",
        concepts=tuple(
            _ai_toolkit_concept(dataset, words[0] if words else "")
            for process in processes
            for dataset in maps(process.get("datasets", []))
        ),
        names=texts([config.get("name"), *_meta_names(value.get("meta"))]),
        words=words,
        prompts=tuple(
            prompt
            for sample in samples
            for prompt in (
                *texts(sample.get("prompts")),
                *texts([one.get("prompt") for one in maps(sample.get("samples", []))]),
            )
        ),
        consent=_consent(value, value.get("meta"), config),
    )


def _ai_toolkit_concept(dataset: Mapping[str, Any], trigger: str) -> Concept:
    path = dataset.get("folder_path") or dataset.get("dataset_path")
    words = [dataset.get(key) for key in ("trigger_word", "default_caption", "random_triggers")]
    return Concept(
        folder=text(path),
        triggers=tuple(
            one.replace("[trigger]", trigger) if trigger else one
            for word in words
            for one in texts(word)
        ),
        suffix=_suffix(dataset.get("caption_ext")),
        regular=str(dataset.get("is_reg", "")).lower() == "true",
    )


def _meta_names(meta: Any) -> tuple[str, ...]:
    name = text(meta.get("name")) if isinstance(meta, dict) else ""
    return (name,) if name and name != "[name]" else ()


# OneTrainer ----------------------------------------------------------------------------------


def _onetrainer(value: Any) -> Config | None:
    if isinstance(value, list):
        concepts = maps(value)
        known = any("path" in one and ("text" in one or "image" in one) for one in concepts)
        if not known:
            return None
        return Config(trainer="onetrainer", concepts=_onetrainer_concepts(concepts))
    if not isinstance(value, dict) or not (
        "concept_file_name" in value or "output_model_destination" in value
    ):
        return None
    embeddings = [value.get("embedding"), *maps(value.get("additional_embeddings", []))]
    placeholders = [one.get("placeholder") for one in embeddings if isinstance(one, dict)]
    return Config(
        trainer="onetrainer",
        concepts=_onetrainer_concepts(maps(value.get("concepts") or [])),
        names=texts(
            [
                last_part(text(value.get("output_model_destination"))),
                text(value.get("save_filename_prefix")),
            ]
        ),
        words=tuple(word for word in texts(placeholders) if word != "<embedding>"),
        prompts=texts([one.get("prompt") for one in maps(value.get("samples") or [])]),
        others=texts([value.get("concept_file_name")]),
        consent=_consent(value),
    )


def _onetrainer_concepts(found: list[dict[str, Any]]) -> tuple[Concept, ...]:
    return tuple(_onetrainer_concept(one) for one in found if one.get("enabled") is not False)


def _onetrainer_concept(found: Mapping[str, Any]) -> Concept:
    said = found.get("text")
    about = said if isinstance(said, dict) else {}
    source = text(about.get("prompt_source"))
    kind = text(found.get("type")).upper()
    return Concept(
        name=text(found.get("name")),
        folder=text(found.get("path")),
        captions_file=text(about.get("prompt_path")) if source == "concept" else "",
        named_by_files=source == "filename",
        regular=kind in ("PRIOR_PREDICTION", "VALIDATION"),
    )


# kohya ---------------------------------------------------------------------------------------

_KOHYA: Final = frozenset(
    (
        *("datasets", "train_data_dir", "output_name", "network_module", "in_json"),
        *("dataset_config", "pretrained_model_name_or_path", "caption_extension"),
    )
)


def _kohya(value: Any) -> Config | None:
    if not isinstance(value, dict):
        return None
    # A training configuration may stand in sections, which the trainer flattens.
    flat = {**value}
    for section in value.values():
        flat |= section if isinstance(section, dict) else {}
    if _KOHYA.isdisjoint(flat):
        return None
    suffix = flat.get("caption_extension") or flat.get("caption_extention")
    folders = [("train_data_dir", False), ("reg_data_dir", True)]
    return Config(
        trainer="kohya",
        concepts=(
            *_kohya_subsets(value),
            *[
                Concept(
                    folder=text(flat[key]),
                    suffix=_suffix(suffix),
                    captions_file=text(flat.get("in_json")) if not regular else "",
                    regular=regular,
                )
                for key, regular in folders
                if text(flat.get(key))
            ],
        ),
        names=texts([flat.get("output_name"), flat.get("metadata_title")]),
        words=texts([flat.get("metadata_trigger_phrase"), flat.get("token_string")]),
        description=" ".join(
            texts([flat.get("metadata_description"), flat.get("training_comment")])
        ),
        tags=tuple(part.strip() for part in text(flat.get("metadata_tags")).split(",") if part),
        prompts=_prompts(flat.get("sample_prompts")),
        others=texts([flat.get("dataset_config")]),
        consent=_consent(value, flat),
    )


def _prompts(value: Any) -> tuple[str, ...]:
    """Return sample prompts that stand in the configuration itself; a path is none."""
    return texts(value) if isinstance(value, list) else ()


def _kohya_subsets(value: Mapping[str, Any]) -> tuple[Concept, ...]:
    found = []
    general = value.get("general")
    for dataset in maps(value.get("datasets", [])):
        above = [one for one in (dataset, general) if isinstance(one, dict)]
        found += [_kohya_subset([subset, *above]) for subset in maps(dataset.get("subsets", []))]
    return tuple(found)


def _kohya_subset(scopes: list[dict[str, Any]]) -> Concept:
    """Read one subset; what it does not say its dataset or the general part says."""

    def said(key: str) -> Any:
        return next((scope[key] for scope in scopes if scope.get(key) is not None), None)

    words = (said("class_tokens"), said("caption_prefix"), said("caption_suffix"))
    return Concept(
        folder=text(said("image_dir")),
        triggers=texts(list(words)),
        suffix=_suffix(said("caption_extension")),
        captions_file=text(said("metadata_file")),
        regular=said("is_reg") is True,
    )


_READERS: Final[tuple[Callable[[Any], Config | None], ...]] = (_ai_toolkit, _onetrainer, _kohya)

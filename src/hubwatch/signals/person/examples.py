"""Invented models that show what `real_person` answers; nobody in here exists."""

from __future__ import annotations

from typing import Final

from hubwatch.signals.signal import Example
from hubwatch.signals.subjects import ImageText, ModelSubject

EXAMPLES: Final = (
    Example(
        about="an actress under her own name",
        subject=ModelSubject(
            id="example-1",
            name="Velda Orrin",
            description="<p>Velda Orrin, actress, trained on her pictures.</p>",
            method="TextualInversion",
            tags=("celebrity", "woman", "actress"),
            base_models=("SD 1.5",),
            trigger_words=("velda_orrin",),
            file_names=("velda_orrin.pt",),
            largest_file_kib=24.0,
            versions=1,
            image_count=1,
            images=(ImageText(level="PG", prompt="photo of velda_orrin, 35mm, film grain"),),
        ),
        value=True,
    ),
    Example(
        about="a likeness whose name is written with digits",
        subject=ModelSubject(
            id="example-2",
            name="V3ld4 0rr1n",
            description="<p>Likeness for fans, her best look.</p>",
            method="LORA",
            tags=("woman", "photorealistic"),
            base_models=("SD 1.5",),
            trigger_words=("v3ld4",),
            file_names=("v3ld4.safetensors",),
            versions=1,
        ),
        value=True,
    ),
    Example(
        about="the hub's own flag",
        subject=ModelSubject(id="example-3", name="vo_qv", flagged_real_person=True),
        value=True,
    ),
    Example(
        about="a character of a game",
        subject=ModelSubject(
            id="example-4",
            name="Kaelthiel Nightbloom (Skyforge Saga)",
            description="<p>Character from the game Skyforge Saga.</p>",
            method="LORA",
            tags=("anime", "character", "video game"),
            base_models=("SD 1.5",),
            trigger_words=("kaelthiel", "silver hair"),
            file_names=("kaelthiel_v1.safetensors",),
            versions=1,
            images=(ImageText(level="PG", prompt="masterpiece, 1girl, solo, silver hair"),),
        ),
        value=False,
    ),
    Example(
        about="a painter's style",
        subject=ModelSubject(
            id="example-5",
            name="Orvadynn van Keltor Style",
            description="<p>In the style of the painter.</p>",
            method="LORA",
            tags=("style", "artist", "painting"),
            trigger_words=("keltor style",),
            versions=1,
        ),
        value=False,
    ),
    Example(
        about="a photographic base model",
        subject=ModelSubject(
            id="example-6",
            name="VelvetMirage Mix",
            description="<p>A merge of photographic models.</p>",
            method="Checkpoint",
            tags=("base model", "photorealistic", "woman"),
            versions=1,
        ),
        value=False,
    ),
    Example(about="nothing to read", subject=ModelSubject(id="example-7"), value=None),
)

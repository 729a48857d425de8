"""Invented subjects of the minor cue: neutral sentences only."""

from __future__ import annotations

from typing import Final

from hubwatch.signals.signal import Example
from hubwatch.signals.subjects import ModelSubject, PromptSubject

EXAMPLES: Final = (
    Example(
        about="an age in digits",
        subject=PromptSubject(id="e1", prompt="a 9 year old reading a map, oil painting"),
        value=True,
    ),
    Example(
        about="an age in words",
        subject=PromptSubject(id="e2", prompt="portrait of a pupil, eleven years old, red scarf"),
        value=True,
    ),
    Example(
        about="a school building alone is a weak cue: a person must look",
        subject=PromptSubject(id="e3", prompt="a school at dusk, brick walls, rain"),
        value=None,
    ),
    Example(
        about="the age of a thing",
        subject=PromptSubject(id="e4", prompt="a bottle of 12 year old whisky on a table"),
        value=False,
    ),
    Example(
        about="numbers that are no ages, and the hub's ordinary count of figures",
        subject=PromptSubject(
            id="e5", prompt="1girl, adult woman, (best quality:1.2), score 9, steps 17, 8k"
        ),
        value=False,
    ),
    Example(
        about="words in the negative prompt are a safeguard",
        subject=PromptSubject(id="e6", prompt="a carpenter", negative_prompt="child, blurry"),
        value=False,
    ),
    Example(
        about="a family picture",
        subject=PromptSubject(id="e7", prompt="family photo of parents with two children"),
        value=False,
    ),
    Example(
        about="a model by somebody with experience",
        subject=ModelSubject(
            id="e8",
            name="Harbour Light",
            description="<p>From a photographer with 17 years of experience.</p>",
        ),
        value=False,
    ),
    Example(
        about="nothing to read",
        subject=PromptSubject(id="e9", prompt=""),
        value=None,
    ),
)

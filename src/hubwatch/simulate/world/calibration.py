"""Numbers that the simulated hub is calibrated to, with their sources.

Facts: shares measured on public model documents of 2022-11 to 2023-07; published: images a month
and NSFW shares 2023-10 to 2024-04 (arXiv 2408.15261), and the totals of arXiv 2505.04600. What lies
between and after is our interpolation. Knots are (months since 2022-11, value); between them lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MONTHS: Final = tuple(f"{2022 + (10 + m) // 12}-{(10 + m) % 12 + 1:02d}" for m in range(26))

#: New models a month; facts until 2023-06 (all kinds), then growing to a quarter of a million.
MODEL_GROWTH: Final = (
    *(476, 402, 1119, 2458, 3958, 4100, 4500, 4900, 5300, 5700, 6100, 6600, 7100),
    *(7600, 8100, 8600, 9200, 9800, 10400, 11000, 11600, 12200, 12800, 13400, 14000, 14600),
)
#: Images a month in thousands; 2023-10 to 2024-04 as published.
IMAGE_GROWTH: Final = (
    *(2, 4, 11, 25, 50, 90, 130, 180, 230, 290, 350, 406, 553, 662, 817, 927, 1328, 1854),
    *(2050, 2250, 2450, 2650, 2850, 3050, 3250, 3450),
)
#: Share of images above PG (the wide definition); 2023-10 to 2024-04 as published.
WIDE_SHARE: Final = (
    *(0.41, 0.42, 0.435, 0.45, 0.465, 0.48, 0.49, 0.50, 0.51, 0.52, 0.535, 0.552, 0.583),
    *(0.56, 0.586, 0.612, 0.65, 0.729, 0.73, 0.73, 0.73, 0.73, 0.73, 0.73, 0.73, 0.73),
)
#: Of the images above PG: share that is R, X, XXX at the first and at the last month.
ABOVE_PG: Final = {"R": (0.07, 0.23), "X": (0.22, 0.27), "XXX": (0.09, 0.19)}

METHODS: Final = (
    *("Checkpoint", "LORA", "LoCon", "DoRA", "TextualInversion", "Hypernetwork"),
    *("AestheticGradient", "Poses", "Controlnet", "VAE", "Wildcards", "Workflows", "Other"),
)
METHOD_KNOTS: Final = {
    "Checkpoint": ((0, 0.435), (1, 0.61), (2, 0.48), (4, 0.23), (8, 0.15), (25, 0.09)),
    "LORA": ((0, 0.0), (1, 0.01), (2, 0.19), (4, 0.52), (8, 0.56), (25, 0.70)),
    "LoCon": ((3, 0.0), (5, 0.05), (12, 0.06), (25, 0.025)),
    "DoRA": ((15, 0.0), (17, 0.01), (25, 0.025)),
    "TextualInversion": ((0, 0.56), (1, 0.18), (2, 0.25), (4, 0.18), (8, 0.19), (25, 0.11)),
    "Hypernetwork": ((0, 0.003), (1, 0.047), (2, 0.073), (4, 0.015), (8, 0.004), (25, 0.0005)),
    "AestheticGradient": ((0, 0.002), (1, 0.154), (2, 0.003), (8, 0.0)),
    "Poses": ((2, 0.0), (4, 0.01), (8, 0.01), (25, 0.003)),
    "Controlnet": ((3, 0.001), (25, 0.003)),
    "VAE": ((2, 0.001), (25, 0.003)),
    "Wildcards": ((5, 0.0), (8, 0.006), (25, 0.004)),
    "Workflows": ((10, 0.0), (14, 0.005), (25, 0.02)),
    "Other": ((0, 0.001), (25, 0.004)),
}
BASE_MODELS: Final = (
    *("SD 1.4", "SD 1.5", "SD 2.0", "SD 2.1", "SD 2.1 768", "Other", "SDXL 1.0"),
    *("SDXL Turbo", "SDXL Lightning", "Pony", "SD 3", "Flux.1 D", "Flux.1 S", "Illustrious"),
)
BASE_KNOTS: Final = {
    "SD 1.4": ((0, 0.004), (1, 0.022), (5, 0.022), (8, 0.005), (14, 0.0)),
    "SD 1.5": (
        *((0, 0.986), (1, 0.75), (3, 0.74), (5, 0.87), (7, 0.93), (8, 0.92), (9, 0.75)),
        *((14, 0.58), (18, 0.33), (21, 0.20), (25, 0.09)),
    ),
    "SD 2.0": ((0, 0.004), (1, 0.09), (2, 0.005), (8, 0.001), (12, 0.0)),
    "SD 2.1": ((0, 0.0), (1, 0.05), (2, 0.01), (8, 0.001), (12, 0.0)),
    "SD 2.1 768": ((0, 0.0), (2, 0.085), (3, 0.035), (8, 0.003), (14, 0.0)),
    "Other": ((0, 0.0), (1, 0.08), (3, 0.19), (5, 0.09), (8, 0.045), (25, 0.02)),
    "SDXL 1.0": ((7, 0.0), (8, 0.02), (9, 0.20), (14, 0.36), (18, 0.27), (21, 0.14), (25, 0.09)),
    "SDXL Turbo": ((12, 0.0), (13, 0.01), (18, 0.005), (25, 0.0)),
    "SDXL Lightning": ((15, 0.0), (16, 0.01), (25, 0.003)),
    "Pony": ((13, 0.0), (14, 0.03), (16, 0.18), (18, 0.36), (21, 0.42), (25, 0.26)),
    "SD 3": ((18, 0.0), (19, 0.01), (20, 0.004), (25, 0.003)),
    "Flux.1 D": ((20, 0.0), (21, 0.20), (23, 0.28), (25, 0.24)),
    "Flux.1 S": ((20, 0.0), (21, 0.01), (25, 0.005)),
    "Illustrious": ((22, 0.0), (23, 0.08), (25, 0.29)),
}
#: Share of models that the hub flags as depicting a real person, by method (facts, section 5).
FLAGGED_SHARE: Final = {
    "TextualInversion": 0.509,
    "LORA": 0.073,
    "LoCon": 0.073,
    "DoRA": 0.073,
    "Checkpoint": 0.044,
    "Hypernetwork": 0.08,
    "Poses": 0.04,
}
#: Precision and recall of that flag as a test for real persons (facts, section 4).
FLAG_PRECISION: Final = 0.93
FLAG_RECALL: Final = 0.77
#: Share of women among depicted persons by method; about .96 over all (arXiv 2505.03859).
WOMEN_SHARE: Final = {"Checkpoint": 0.80, "TextualInversion": 0.97, "LORA": 0.975}

#: Median downloads of a model relative to the hub's, by method, and for depictions of persons.
DOWNLOADS_BY_METHOD: Final = {"Checkpoint": 1.1, "LORA": 1.3, "TextualInversion": 0.9}
DOWNLOADS_PERSON: Final = 0.56
#: Share of models declared nsfw that also carry the hub's tag `nsfw`: 2.8 % of all in 2023.
NSFW_TAG: Final = 0.17
#: Share of models declared nsfw by the uploader, by month; the break of spring 2023 is real.
DECLARED_NSFW: Final = (
    *(0.036, 0.174, 0.213, 0.279, 0.245, 0.129, 0.088, 0.097, 0.099, 0.11, 0.12, 0.13, 0.14),
    *(0.15, 0.16, 0.17, 0.18, 0.19, 0.20, 0.21, 0.22, 0.22, 0.23, 0.23, 0.24, 0.24),
)
#: Missing values (facts, table of missingness).
NULL_META: Final = 0.103
NULL_DESCRIPTION: Final = 0.035
NULL_VERSION_DESCRIPTION: Final = 0.552
NULL_CREATOR_IMAGE: Final = 0.081
NO_TRIGGER_WORDS: Final = 0.348
NO_TAGS: Final = 0.035


def knots_matrix(
    knots: dict[str, tuple[tuple[int, float], ...]], names: tuple[str, ...]
) -> NDArray[np.float64]:
    """Return month x name weights; before its first knot a name has its first value."""
    months = np.arange(len(MONTHS), dtype=np.float64)
    columns = [
        np.interp(months, [m for m, _ in knots[name]], [value for _, value in knots[name]])
        for name in names
    ]
    return np.stack(columns, axis=1)


def level_targets() -> NDArray[np.float64]:
    """Return month x (PG, PG-13, R, X, XXX) shares that observed levels follow."""
    wide = np.asarray(WIDE_SHARE)
    progress = (wide - wide[0]) / (wide[-1] - wide[0])
    upper = [first + (last - first) * progress for first, last in ABOVE_PG.values()]
    within = np.stack([1.0 - sum(upper), *upper], axis=1)
    return np.concatenate([(1.0 - wide)[:, None], within * wide[:, None]], axis=1)

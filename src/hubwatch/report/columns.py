"""Columns of the measures that the report reads: keys, numbers, and which can be negative."""

from __future__ import annotations

from typing import Final

#: Key columns of the measures that the report reads.
KEYS: Final = {
    "new_items": ("unit", "month"),
    "method_mix": ("month", "method"),
    "base_model_mix": ("month", "family", "base_model"),
    "nsfw_share": ("unit", "definition", "month"),
    "level_mix": ("month", "level"),
    "unrated_share": ("unit", "month"),
    "flagged_share": ("method", "month"),
    "real_person_share": ("method", "month", "basis"),
    "real_person_reach": ("group", "method", "statistic"),
    "real_person_reach_by": ("dimension", "group"),
    "target_gender": ("basis",),
    "sexualised_pairing": ("gender",),
    "prompt_gender": ("level", "gender"),
    "language_rates": ("category", "polarity", "month"),
    "concentration": ("unit", "statistic"),
    "lorenz": ("unit", "population_share"),
    "base_model_lineage_share": ("basis", "month", "parent", "node"),
    "barrier_to_entry_profile": ("subject", "quantity", "statistic"),
    "trainer_signature": ("dimension", "name", "month"),
    "name_leakage": ("page", "month"),
    "metadata_stripping": ("subject", "month"),
    "booru_overlap": ("source", "statistic", "month"),
    "marker_adoption": ("marker", "source", "family", "month"),
    "tag_communities": ("community", "statistic", "other"),
    "community_adoption": ("community", "month"),
}
#: Measures whose value is always a share in 0..1.
SHARES: Final = frozenset({
    "method_mix", "base_model_mix", "nsfw_share", "level_mix", "unrated_share", "flagged_share",
    "real_person_share", "real_person_reach_by", "target_gender", "sexualised_pairing",
    "prompt_gender", "base_model_lineage_share", "trainer_signature", "name_leakage",
    "metadata_stripping", "booru_overlap", "marker_adoption", "community_adoption",
})  # fmt: skip
NUMBERS: Final = ("n", "total", "unknown", "value", "low", "high")
EXTRAS: Final = (
    "bound_low", "bound_high", "models", "creators", "creators_low", "creators_high"
)  # fmt: skip
#: Columns of single measures, in `Row.more`.
MORE: Final = (
    "men", "other", "sensitivity", "specificity", "labelled_positive", "labelled_negative",
    "median", "median_low", "median_high", "counted", "risk_ratio", "ratio_low", "ratio_high",
    "is_small", "of_gender", "of_gender_low", "of_gender_high", "avoids_women", "avoids_men",
    "prompts", "prompts_with", "prompt_share", "prompt_low", "prompt_high",
    "creators_with", "creator_share", "creator_low", "creator_high", "few_images",
    "x", "y", "mature", "rated", "mature_share", "mature_low", "mature_high",
    "depicting", "answered", "depicting_share", "depicting_low", "depicting_high",
)  # fmt: skip
#: Measure to columns that can be negative: places on a map, growth, who leads.
SIGNED: Final = {"tag_communities": frozenset({"value", "low", "high", "x", "y"})}
#: Values of the key `month` that are parts of the whole time.
PERIODS: Final = frozenset({"", "all", "before", "after"})

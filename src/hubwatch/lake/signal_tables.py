"""The declared tables that `signals build` fills from the others; part of `schema.TABLES`."""

from __future__ import annotations

from hubwatch.lake.columns import Column, Table

PROMPT_TAGS = Table(
    "prompt_tags",
    "the tags of one distinct prompt",
    ("prompt_id", "position"),
    (
        Column("prompt_id", "hash", "row of prompts"),
        Column("position", "int", "place in the prompt, from 0"),
        Column("term_id", "int", "row of tag_terms"),
        Column("weight", "real", "1 when not said"),
    ),
    filled_by="signals build",
)

TAG_TERMS = Table(
    "tag_terms",
    "the dictionary of prompt tags",
    ("term_id",),
    (
        Column("term_id", "int", "dense, from 0"),
        Column("term", "text", "normalised tag"),
    ),
    filled_by="signals build",
)

PROMPT_SIGNALS = Table(
    "prompt_signals",
    "what the signals say of one distinct prompt, taken alone",
    ("prompt_id",),
    (
        Column("prompt_id", "hash", "row of prompts"),
        Column("tokens", "int", "words of its tags: the denominator of rates"),
        Column("script", "word", "Latin, Cyrillic, Han, ...; null when it holds no letter"),
        Column("gender", "word", "whom it depicts: women, men, both, none; null when unknown"),
        Column("level_pg13", "real", "what it adds to the log-odds of PG-13 and up"),
        Column("level_r", "real", "what it adds to the log-odds of R and up"),
        Column("level_x", "real", "what it adds to the log-odds of X and up"),
        Column("avoided_pg13", "real", "the same when it is the negative prompt"),
        Column("avoided_r", "real", "the same when it is the negative prompt"),
        Column("avoided_x", "real", "the same when it is the negative prompt"),
        Column("minor_grade", "int", "0 none, 1 weak, 2 clear, 3 explicit; counted, never shown"),
        Column("avoided_minor_grade", "int", "the same when it is the negative prompt: 0 or 1"),
        Column("disguised", "bool", "undoing evasion changes what a signal says of it"),
    ),
    filled_by="signals build",
)

PROMPT_CODES = Table(
    "prompt_codes",
    "how often a code of the lexical signals occurs in one distinct prompt",
    ("prompt_id", "code"),
    (
        Column("prompt_id", "hash", "row of prompts"),
        Column("code", "word", "signal and category, never a word"),
        Column("hits", "int", "occurrences, context rules applied"),
    ),
    filled_by="signals build",
)

MODEL_SIGNALS = Table(
    "model_signals",
    "what the signals say of one model",
    ("hub", "model_id"),
    (
        Column("hub", "word", "name of the hub"),
        Column("model_id", "text", "the hub's id"),
        Column("real_person", "bool", "depicts a real person; null when unknown"),
        Column("real_person_score", "real", "calibrated probability, 0..1"),
        Column("real_person_origin", "word", "flag, rule, classifier, gazetteer"),
        Column("who_kind", "word", "actor, musician, ..., private; null when unknown"),
        Column("prominence", "word", "global, national, niche, no-trace; null without a gazetteer"),
        Column("gender", "word", "whom it depicts: women, men, both, none; null when unknown"),
        Column("perceived_gender", "word", "gender that the given name suggests; women or men"),
        Column("perceived_gender_probability", "real", "of that, 0.5..1"),
        Column("sexualised", "bool", "its own texts are sexualised (prompts left out)"),
        Column("nudification_tool", "bool", "meant to undress or to swap faces"),
        Column("minor_grade", "int", "0 none, 1 weak, 2 clear, 3 explicit; counted, never shown"),
        Column("evidence", "texts", "codes of the reasons, strongest first"),
        Column("input", "hash", "digest of what was read; another digest, another answer"),
    ),
    filled_by="signals build",
)

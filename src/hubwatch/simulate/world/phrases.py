"""How prompts begin in each style: quality words, a photographic sentence, or flowing prose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.simulate.world import words

if TYPE_CHECKING:
    from hubwatch.simulate.world.subcultures import Style

_HEADS: Final = (
    *("masterpiece, best quality", "masterpiece, best quality, highres", "best quality"),
    *("(masterpiece:1.2), (best quality:1.2)", "masterpiece, best quality, absurdres, solo"),
    *("score_9, score_8_up, score_7_up", "score_9, score_8_up, score_7_up, source_anime"),
    *("(masterpiece, best quality, ultra-detailed)", "masterpiece", "very aesthetic, newest"),
    *("best quality, 8k, ultra high res, (photorealistic:1.4)", "杰作, 最好的质量"),
)
_HEAD_WEIGHT: Final = 40
_PHOTO: Final = (
    *("RAW photo of", "photo of", "a photograph of", "cinematic photo of", "analog photo of"),
    *("close up photo of", "portrait photo of", "candid photo of", "35mm photograph of"),
)
_PROSE: Final = (
    "The image shows {who} {act} in {a} {adj} {place}, with {light} falling over the scene.",
    "A detailed picture of {who} {act} near {a} {adj} {place}. The mood is calm and {adj2}.",
    "In this scene, {who} is {act} beside a {thing} in {a} {adj} {place} under {light}.",
    "A wide shot of {a} {adj} {place} at dusk. In front of it {who} is {act}, a {thing} close by.",
)
_SECOND: Final = (
    " The background holds {a} {adj} {place} and a {thing}, slightly out of focus.",
    " Fine textures, balanced colours and {light} give the picture depth.",
    " The composition leads the eye from a {thing} to {a} {adj} {place} far away.",
    "",
)
_ACTIONS: Final = tuple(g for g in words.GESTURES if g.endswith("ing") or "ing " in g)
_NOBODY: Final = ("a traveller", "a quiet view", "a machine", "an old house", "a lonely figure")


def _prose(who: str, die: int) -> str:
    adj = words.ADJECTIVES[die // 7 % len(words.ADJECTIVES)]
    fields = {
        "who": who or _NOBODY[die // 11 % len(_NOBODY)],
        "act": _ACTIONS[die // 13 % len(_ACTIONS)],
        "adj": adj,
        "a": "an" if adj[0] in "aeiou" else "a",
        "adj2": words.ADJECTIVES[die // 17 % len(words.ADJECTIVES)],
        "place": words.PLACES[die // 19 % len(words.PLACES)],
        "light": words.LIGHTS[die // 23 % len(words.LIGHTS)],
        "thing": words.THINGS[die // 29 % len(words.THINGS)],
    }
    return (_PROSE[die // 3 % len(_PROSE)] + _SECOND[die // 5 % len(_SECOND)]).format(**fields)


def opening(style: Style, who: str, die: int) -> str:
    """Return how a prompt begins.

    Args:
        style: of the subculture.
        who: gender term or nothing.
        die: a random number below 2^62.
    """
    if style == "tags":
        number = die // 3 % _HEAD_WEIGHT
        head = _HEADS[min(number * number // 130, 10)] if die // 131 % 170 else _HEADS[11]
        if die // 137 % 5 == 0:
            head = "masterpiece" if die // 139 % 3 else "high quality"
        return f"{head}, {who}" if who else head
    if style == "photo":
        start = _PHOTO[die // 3 % len(_PHOTO)]
        adjective = words.ADJECTIVES[die // 7 % len(words.ADJECTIVES)]
        place = words.PLACES[die // 19 % len(words.PLACES)]
        act = _ACTIONS[die // 13 % len(_ACTIONS)]
        if die // 137 % 4 == 0:
            return f"{start} {who or 'a view'}"
        return f"{start} {who or 'a view'} {act} in {adjective} {place}"
    return _prose(who, die)

"""Write names in every class of spelling that name screening promises to undo.

Names are invented, or put together at random from a census; each spelling is set into a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hubwatch.gazetteer.folding import fold
from hubwatch.gazetteer.nicknames import other_forms
from hubwatch.gazetteer.screening import WatchedName
from hubwatch.simulate.world.invented import in_script, person_name
from hubwatch.simulate.world.streams import Picker

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

LEET = {"a": "4@", "e": "3€", "i": "1!|", "o": "0", "s": "5$", "t": "7+", "b": "8", "g": "96",
        "l": "1|", "z": "2"}  # fmt: skip
LOOKALIKES = {
    "a": "аɑα", "c": "сϲ", "d": "ԁ", "e": "еҽ", "h": "һ", "i": "іıι", "j": "ј", "k": "κк", "m": "м",
    "n": "п", "o": "оοσ", "p": "рρ", "q": "ԛ", "s": "ѕ", "t": "т", "u": "υս", "v": "ѵν", "w": "ѡԝ",
    "x": "хχ", "y": "уү", "A": "АΑ", "B": "ВΒ", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "J": "Ј",
    "K": "КΚ", "M": "МΜ", "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "U": "Ս",
    "V": "Ѵ", "W": "Ԝ", "X": "ХΧ", "Y": "УΥ", "Z": "Ζ",
}  # fmt: skip
CYRILLIC = [
    ("sh", "ш"), ("ch", "ч"), ("th", "т"), ("zh", "ж"), ("qu", "кв"), ("x", "кс"), ("a", "а"),
    ("b", "б"), ("c", "к"), ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"), ("h", "х"), ("i", "и"),
    ("j", "й"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("q", "к"),
    ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("v", "в"), ("w", "в"), ("y", "и"), ("z", "з"),
]  # fmt: skip
KANA_SOUNDS = [("th", "s"), ("ck", "k"), ("qu", "kuw"), ("x", "kus"), ("q", "k"), ("c", "k"),
               ("l", "r"), ("sh", "sy")]  # fmt: skip
KANA_ROWS = {
    "": "ア イ ウ エ オ", "k": "カ キ ク ケ コ", "s": "サ シ ス セ ソ", "t": "タ ティ ト テ ト",
    "n": "ナ ニ ヌ ネ ノ", "h": "ハ ヒ フ ヘ ホ", "m": "マ ミ ム メ モ", "y": "ヤ イ ユ イェ ヨ",
    "r": "ラ リ ル レ ロ", "w": "ワ ウィ ウ ウェ ウォ", "g": "ガ ギ グ ゲ ゴ",
    "z": "ザ ジ ズ ゼ ゾ",
    "d": "ダ ディ ド デ ド", "b": "バ ビ ブ ベ ボ", "p": "パ ピ プ ペ ポ",
    "v": "ヴァ ヴィ ヴ ヴェ ヴォ",
    "f": "ファ フィ フ フェ フォ", "j": "ジャ ジ ジュ ジェ ジョ",
}  # fmt: skip
#: A consonant alone is written with the vowel that is heard least.
KANA = {
    consonant + vowel: sign
    for consonant, signs in KANA_ROWS.items()
    for vowel, sign in zip("aiueo", signs.split(), strict=True)
} | {
    consonant: signs.split()[4 if consonant in {"t", "d"} else 2]
    for consonant, signs in KANA_ROWS.items() if consonant
} | {"n": "ン"}  # fmt: skip
FRAMES = (
    "{}", "a photo of {}, 8k, sharp focus", "portrait of {} in a garden", "{}, looking at viewer",
    "masterpiece, best quality, {}, solo, long hair", "[LoRA] {} - v2", "trained on stills of {}.",
    "style like ({}), soft light, 35mm", "{} SDXL", "my new model: {} | works with 0.7",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One watched name and one text that holds it in some spelling."""

    watched: WatchedName
    text: str


def invented_names(count: int, rng: random.Random) -> list[tuple[str, str]]:
    """Return distinct invented names."""
    found: dict[str, tuple[str, str]] = {}
    while len(found) < count:
        given, family = person_name(Picker(rng.getrandbits(63)), woman=rng.random() < 0.85)
        found.setdefault(fold(given + family), (given, family))
    return list(found.values())


def some_letters(text: str, table: dict[str, str], least: int, rng: random.Random) -> str:
    """Replace between `least` and all of the letters that a table can replace."""
    places = [at for at, letter in enumerate(text) if letter in table]
    if not places:
        return text
    chosen = rng.sample(places, rng.randint(min(least, len(places)), len(places)))
    return "".join(
        rng.choice(table[letter]) if at in chosen else letter for at, letter in enumerate(text)
    )


def case(given: str, family: str, rng: random.Random) -> str:
    """Change the case of letters."""
    name = f"{given} {family}"
    mixed = "".join(rng.choice((c.lower(), c.upper())) for c in name)
    return rng.choice((name.lower(), name.upper(), name.swapcase(), mixed))


def spacing(given: str, family: str, rng: random.Random) -> str:
    """Change what stands between words or letters: blanks and underscores."""
    name = f"{given} {family}"
    return rng.choice(
        (f"{given}_{family}", f"{given}  {family}", f"{given}{family}", " ".join(name),
         f"{given}\n{family}", "_".join(given) + "__" + "_".join(family),
         f"{given.lower()}{family.lower()}", f"{given}\u00a0{family}")
    )  # fmt: skip


def punctuation(given: str, family: str, rng: random.Random) -> str:
    """Put signs between words or letters."""
    sign = rng.choice(".-*~'·,")
    inside = rng.randrange(1, len(family))
    return rng.choice(
        (f"{given}{sign}{family}", f"{given}{sign} {family}", sign.join(given + family),
         f"{given} {family[:inside]}{sign}{family[inside:]}", f'"{given}" ({family})')
    )  # fmt: skip


def invisible(given: str, family: str, rng: random.Random) -> str:
    """Put characters between letters that are not drawn."""
    name = list(f"{given} {family}")
    for _ in range(rng.randint(1, 5)):
        name.insert(rng.randrange(1, len(name)), rng.choice("\u200b\u200c\u200d\u2060\ufeff\u00ad"))
    return "".join(name)


def diacritics(given: str, family: str, rng: random.Random) -> str:
    """Put accents on letters, composed or not."""
    name = list(f"{given} {family}")
    letters = [at for at, c in enumerate(name) if c.isalpha()]
    for at in rng.sample(letters, rng.randint(1, 4)):
        name[at] += rng.choice("\u0301\u0300\u0302\u0303\u0308\u030c\u0327")
    text = "".join(name)
    return unicodedata.normalize("NFC", text) if rng.random() < 0.5 else text


def leetspeak(given: str, family: str, rng: random.Random) -> str:
    """Write letters as digits and signs."""
    name = rng.choice((f"{given} {family}", f"{given}_{family}".lower()))
    return some_letters(name.lower(), LEET, 2, rng)


def confusables(given: str, family: str, rng: random.Random) -> str:
    """Write letters as look-alikes of other scripts and alphabets."""
    name = f"{given} {family}"
    if rng.random() < 0.2:
        return "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in name)
    if rng.random() < 0.15:
        return "".join(chr(0x1D400 + ord(c) - 65) if c.isupper() else
                       chr(0x1D41A + ord(c) - 97) if c.islower() else c for c in name)  # fmt: skip
    if rng.random() < 0.15 and set("mw") & set(name):
        return name.replace("m", "rn").replace("w", "vv")
    return some_letters(name, LOOKALIKES, 1, rng)


def slip(given: str, family: str, rng: random.Random) -> str:
    """Leave out, double, change or swap one letter."""
    name = f"{given} {family}"
    while True:
        at = rng.randrange(len(name))
        other = rng.choice("abcdefghijklmnopqrstuvwxyz")
        swapped = name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
        left_out, put_in = name[:at] + name[at + 1 :], name[:at] + other + name[at:]
        written = rng.choice((left_out, put_in, name[:at] + other + name[at + 1 :], swapped))
        if name[at] != " " and fold(written) != fold(name):
            return written


def reversed_order(given: str, family: str, rng: random.Random) -> str:
    """Put the family name first."""
    return rng.choice(
        (f"{family}, {given}", f"{family} {given}", f"{family}_{given}".lower(), f"{family}{given}",
         f"{family.upper()} {given}")
    )  # fmt: skip


def joined(given: str, family: str, rng: random.Random) -> str:
    """Join the name with its neighbours, or split it in the middle of a word."""
    name = f"{given}{family}".lower()
    at = rng.randrange(2, len(name) - 2)
    return rng.choice(
        (f"photoof{name}", f"{name}v2", f"{name}lora", f"{name[:at]} {name[at:]}", f"x{name}x",
         f"the{given}{family}Model")
    )  # fmt: skip


def syntax(given: str, family: str, rng: random.Random) -> str:
    """Write it as the prompt language does: weights, resources, brackets."""
    low = f"{given}_{family}".lower()
    return rng.choice(
        (f"({given} {family}:1.3)", f"<lora:{low}_v1:0.8>", f"({given}:1.1) ({family}:1.2)",
         f"[{given} {family}:0.5]", f"embedding:{low}", f"(({given})) {family}",
         f"<lora:{low.replace('_', '')}_10:1>", rf"{low}_\(person\)")
    )  # fmt: skip


def two_classes(given: str, family: str, rng: random.Random) -> str:
    """Leetspeak, look-alikes or accents on a name whose spacing, case or order is changed too."""
    first, second = rng.choice(((given, family), (family, given)))
    base = rng.choice((f"{first}_{second}", f"{first}{second}", f"{first}.{second}".upper()))
    table = rng.choice((LEET, LOOKALIKES))
    return some_letters(base if table is LOOKALIKES else base.lower(), table, 1, rng)


def in_cyrillic(name: str) -> str:
    """Write a Latin name in Cyrillic letters, as is usual."""
    low = name.lower()
    for latin, other in CYRILLIC:
        low = low.replace(latin, other)
    return low.title()


def in_katakana(name: str) -> str:
    """Write a Latin name in katakana, roughly as foreign names are: `Thrand` as スランド."""
    low = name.lower()
    for latin, other in KANA_SOUNDS:
        low = low.replace(latin, other)
    return re.sub("[a-z][aeiou]?", lambda m: KANA.get(m[0]) or KANA[m[0][0]], low)


MECHANICAL: dict[str, Callable[[str, str, random.Random], str]] = {
    "as listed": lambda given, family, _: f"{given} {family}",
    "case": case,
    "spacing": spacing,
    "punctuation": punctuation,
    "invisible characters": invisible,
    "diacritics": diacritics,
    "leetspeak": leetspeak,
    "confusables": confusables,
    "one-letter slips": slip,
    "reversed order": reversed_order,
    "joined and split words": joined,
    "prompt syntax": syntax,
    "two classes at once": two_classes,
}


def mechanical_cases(
    names: list[tuple[str, str]], rng: random.Random
) -> defaultdict[str, list[Case]]:
    """Return a text for every name in every class that rules can undo."""
    found: defaultdict[str, list[Case]] = defaultdict(list)
    for number, (given, family) in enumerate(names):
        listed = WatchedName(f"n{number}", f"{given} {family}")
        for kind, write in MECHANICAL.items():
            found[kind].append(framed(listed, write(given, family, rng), rng))
        found["nicknames"].append(nickname(number, given, family, rng))
    return found


def cases_by_class(names: list[tuple[str, str]], rng: random.Random) -> dict[str, list[Case]]:
    """Return a text for every invented name in every class, other scripts included."""
    found = mechanical_cases(names, rng)
    for number, (given, family) in enumerate(names):
        listed = WatchedName(f"n{number}", f"{given} {family}")
        cyrillic = f"{in_cyrillic(given)} {in_cyrillic(family)}"
        found["transliteration: Latin listed, Cyrillic written"].append(
            framed(listed, cyrillic, rng)
        )
        for script in ("cyrillic", "kana", "han", "hangul"):
            other = in_script((given, family), script)
            with_other = WatchedName(listed.id, listed.name, aliases=(other,))
            found[f"other script supplied: {script}"].append(framed(with_other, other, rng))
        listed_cyrillic = WatchedName(listed.id, cyrillic)
        found["transliteration: Cyrillic listed, Latin written"].append(
            framed(listed_cyrillic, f"{given} {family}", rng)
        )
        kana = f"{in_katakana(given)}・{in_katakana(family)}"
        found["transliteration: Latin listed, kana written"].append(framed(listed, kana, rng))
    return found


def nickname(number: int, given: str, family: str, rng: random.Random) -> Case:
    """Return a case with a supplied short form, or with an English one of an English name."""
    if rng.random() < 0.5:
        short = given[: rng.randint(3, 5)] + rng.choice(("", "y", "ie"))
        watched = WatchedName(f"n{number}", f"{given} {family}", nicknames=(short,))
    else:
        given = rng.choice(ENGLISH)
        short = rng.choice(sorted(other_forms(given)))
        watched = WatchedName(f"n{number}", f"{given.title()} {family}")
    written = rng.choice((f"{short} {family}", f"{short}_{family}".lower(), f"{family}, {short}"))
    return framed(watched, written, rng)


ENGLISH = ("william", "elizabeth", "robert", "margaret", "katherine", "michael", "jennifer",
           "thomas", "rebecca", "anthony", "alexandra", "benjamin")  # fmt: skip


def framed(watched: WatchedName, written: str, rng: random.Random) -> Case:
    """Set a spelling into a sentence."""
    return Case(watched, rng.choice(FRAMES).format(written))

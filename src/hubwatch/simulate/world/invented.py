"""Invented names: syllables put together so that they belong to nobody and to no work.

Persons and characters use different syllables and different endings, so that the two never meet.
Both given and family names are invented; other scripts are written from the same syllables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hubwatch.simulate.world.streams import Picker

_GIVEN_START: Final = (
    "Vel",
    "Quo",
    "Zar",
    "Thre",
    "Osh",
    "Ily",
    "Brux",
    "Nym",
    "Fae",
    "Kre",
    "Dova",
    "Pli",
    "Uzi",
    "Jha",
    "Wyl",
)
_GIVEN_MIDDLE: Final = (
    "qui",
    "lmo",
    "ndra",
    "rzi",
    "thu",
    "xo",
    "ble",
    "gwe",
    "fri",
    "psa",
    "vno",
    "dju",
)
_GIVEN_WOMAN: Final = (
    "rra",
    "nessel",
    "lith",
    "vane",
    "dwen",
    "zia",
    "mirel",
    "shae",
    "quelle",
    "tta",
)
_GIVEN_MAN: Final = (
    "rrok",
    "dmund",
    "vash",
    "grim",
    "zhar",
    "bolt",
    "ndric",
    "kuld",
    "stov",
    "rgan",
)
_FAMILY_START: Final = (
    "Thrand",
    "Skov",
    "Brask",
    "Quill",
    "Dzim",
    "Vorth",
    "Glem",
    "Hrax",
    "Pelt",
    "Uzman",
    "Wrye",
)
_FAMILY_END: Final = (
    "obask",
    "emmel",
    "urquist",
    "azzeth",
    "inwold",
    "ovarn",
    "ashkel",
    "ettrow",
    "ibrune",
)
_CHARACTER: Final = (
    "Ash",
    "Kael",
    "Lun",
    "Myr",
    "Nyx",
    "Rai",
    "Syl",
    "Tor",
    "Vex",
    "Zeph",
    "Ori",
    "Cal",
    "Dra",
    "Eld",
    "Fen",
)
_CHARACTER_END: Final = (
    "vara",
    "thiel",
    "iondra",
    "ixia",
    "oriel",
    "umbra",
    "andros",
    "eska",
    "ynn",
    "azuul",
)
_SURNAME_FANTASY: Final = (
    *("Nightbloom", "Stormvale", "Ironpetal", "Duskwarden", "Frostmere", "Emberfall", "Moonquill"),
    *("Thornsong", "Starweaver", "Ravencrest", "Goldleaf", "Windmourne"),
)
_WORLD: Final = (
    "Skyforge",
    "Lumenfall",
    "Tidegate",
    "Hollowstar",
    "Gearwood",
    "Cinderreach",
    "Mistral",
)
_SERIES: Final = ("Saga", "Chronicle", "Online", "Clockwork", "Tactics", "Zero", "II")
_PLACE: Final = (
    "Tesm",
    "Orvad",
    "Quenn",
    "Balth",
    "Ysper",
    "Drovn",
    "Halc",
    "Merrow",
    "Zandr",
    "Ulv",
)
_PLACE_END: Final = ("arra", "holt", "ique", "enmoor", "osk", "ava", "ingrad", "ulon", "effir")
_BRAND: Final = ("Novarr", "Keltor", "Vysonn", "Draxel", "Optimun", "Zentiq", "Hyperlo", "Aurigo")
_BRAND_END: Final = ("Motors GT", "X9", "Roadster", "Drone Mk II", "Watch", "Sneaker", "Camera S1")
_SPECIES: Final = (
    "Vulpari",
    "Lyntari",
    "Drakkin",
    "Corvani",
    "Ursenn",
    "Cervyn",
    "Lupeth",
    "Felisar",
)

_KATAKANA: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        [
            "ア",
            "ブ",
            "ク",
            "ド",
            "エ",
            "フ",
            "グ",
            "ハ",
            "イ",
            "ジ",
            "カ",
            "ル",
            "ム",
            "ヌ",
            "オ",
            "プ",
            "ク",
            "ラ",
            "ス",
            "ト",
            "ウ",
            "ヴ",
            "ワ",
            "ザ",
            "ヤ",
            "ズ",
        ],
        strict=True,
    )
)
_CYRILLIC: Final = dict(
    zip("abcdefghijklmnopqrstuvwxyz", "абкдефгхийклмнопкрстуввксз", strict=True)
)
_HAN: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        "霭璧岑砥鄂桴虢翯霓霁铿泐懋蘅瓯湃阙鹨飔棠邬蔚雯霰瑶甄",
        strict=True,
    )
)
_HANGUL: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        [
            "앙",
            "벱",
            "켄",
            "뒵",
            "엣",
            "펨",
            "궬",
            "횹",
            "잎",
            "졧",
            "켱",
            "륍",
            "뭽",
            "늫",
            "옾",
            "퓹",
            "큪",
            "뤂",
            "쉅",
            "툛",
            "욷",
            "븃",
            "윗",
            "쟡",
            "얖",
            "즙",
        ],
        strict=True,
    )
)
_SCRIPTS: Final = {"cyrillic": _CYRILLIC, "kana": _KATAKANA, "han": _HAN, "hangul": _HANGUL}


def person_name(picker: Picker, *, woman: bool) -> tuple[str, str]:
    """Return an invented given and family name in Latin script."""
    ending = picker.pick(_GIVEN_WOMAN if woman else _GIVEN_MAN)
    middle = picker.pick(_GIVEN_MIDDLE) if picker.chance(0.8) else ""
    given = picker.pick(_GIVEN_START) + middle + ending
    middle = picker.pick(_GIVEN_MIDDLE) if picker.chance(0.5) else ""
    return given, picker.pick(_FAMILY_START) + middle + picker.pick(_FAMILY_END)


def in_script(name: tuple[str, str], script: str) -> str:
    """Write a name in `latin`, `cyrillic`, `kana`, `han` or `hangul`."""
    given, family = name
    if script == "latin":
        return f"{given} {family}"
    table = _SCRIPTS[script]
    if script == "cyrillic":
        return " ".join("".join(table[c] for c in part.lower()).title() for part in name)
    if script == "kana":
        return "・".join("".join(table[c] for c in part.lower()) for part in name)
    # The second and middle letters vary most, so few persons share a short spelling.
    letters = family[1] + family[len(family) // 2] + given[1] + given[len(given) // 2]
    return "".join(table[c] for c in letters.lower())


def character_name(picker: Picker) -> str:
    """Return the name of a fictional character; half look like a person's name."""
    first = picker.pick(_CHARACTER) + picker.pick(_CHARACTER_END)
    if picker.chance(0.55):
        return f"{first} {picker.pick(_SURNAME_FANTASY)}"
    return first


def character_name_kana(name: str) -> str:
    """Write a character's name in Katakana."""
    return "".join(_KATAKANA.get(c, "・") for c in name.lower())


def work_title(picker: Picker) -> str:
    """Return the title of a fictional game or series."""
    return f"{picker.pick(_WORLD)} {picker.pick(_SERIES)}"


def place_name(picker: Picker) -> str:
    """Return the name of a fictional place."""
    return picker.pick(_PLACE) + picker.pick(_PLACE_END)


def brand_name(picker: Picker) -> str:
    """Return the name of a fictional product."""
    return f"{picker.pick(_BRAND)} {picker.pick(_BRAND_END)}"


def species_name(picker: Picker) -> str:
    """Return the name of a fictional species."""
    return picker.pick(_SPECIES)


def artist_name(picker: Picker) -> str:
    """Return the invented name of a painter, whose style a model takes over."""
    return f"{picker.pick(_PLACE)}{picker.pick(_CHARACTER_END)} van {picker.pick(_BRAND)}"


def handle(picker: Picker, number: int) -> str:
    """Return an account name; `number` keeps it unique."""
    stem = picker.pick(_WORLD + _CHARACTER + _SPECIES).lower()
    joined = picker.pick(("_", "", "-", "x", "_art_", "_ai"))
    return f"{stem}{joined}{number}"

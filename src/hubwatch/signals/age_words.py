"""Words of ages in several languages: numbers, units, and what else years are said of.

All in the form that `lexicon.ordinary` gives: lower case, without accents. None of it is sensitive.
"""

from __future__ import annotations

from typing import Final

_ROWS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
    " dieciseis diecisiete dieciocho diecinueve",
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    "null ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn"
    " sechzehn siebzehn achtzehn neunzehn",
    "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze quatorze quinze"
    " dezesseis dezessete dezoito dezenove",
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать"
    " тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
    # Russian genitive, as in "семнадцати лет".
    "ноля одного двух трех четырех пяти шести семи восьми девяти десяти одиннадцати двенадцати"
    " тринадцати четырнадцати пятнадцати шестнадцати семнадцати восемнадцати девятнадцати",
)
#: Number by word, below twenty.
NUMBERS: Final = {word: value for row in _ROWS for value, word in enumerate(row.split(" ")) if word}
#: Words that a smaller number is added to, as in "twenty five".
TENS: Final = frozenset(
    (
        *("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
        *("hundred", "thousand", "veinte", "treinta", "cuarenta", "cincuenta", "sesenta"),
        *("setenta", "ochenta", "noventa", "cien", "ciento", "vingt", "trente", "quarante"),
        *("cinquante", "soixante", "cent", "vinte", "trinta", "quarenta", "cinquenta", "oitenta"),
        *("двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "сто"),
        *("двадцати", "тридцати", "сорока", "пятидесяти"),
    )
)
CONNECTORS: Final = frozenset(("and", "y", "e", "et"))
#: Words between the two numbers of a range.
RANGES: Final = frozenset(("to", "or", "a", "ou", "o", "bis", "oder", "или", "до"))

#: What follows a number and makes it an age: sequences of words.
UNITS: Final = frozenset(
    (unit, suffix)
    for unit in ("year", "years", "yr", "yrs", "month", "months")
    for suffix in ("old", "olds", "young")
) | frozenset(
    (
        *(("yo",), ("yos",), ("y", "o"), ("yearold",), ("yearsold",), ("yold",), ("y", "old")),
        *((unit, "of", "age") for unit in ("year", "years", "yr", "yrs")),
        *(("years", "aged"), ("jahre", "alt"), ("jahre", "junge"), ("ans",), ("anos",)),
        *(("jahre",), ("anni",), ("лет",), ("года",), ("год",), ("годика",), ("годиков",)),
        *(("yasinda",), ("yasindaki",), ("lat",), ("latka",), ("letni",), ("letnia",)),
        # Words of scripts with vowel signs are parted at the signs.
        *(("स", "ल"), ("वर", "ष"), ("سنة",), ("سنوات",), ("عام",), ("عاما",), ("أعوام",)),
        *(("岁",), ("歲",), ("歳",), ("才",)),
    )
)
#: Units that need a person behind them: "17 years girl".
LOOSE_UNITS: Final = frozenset(("year", "years", "yr", "yrs", "y"))
PERSONS: Final = frozenset(
    (
        *("girl", "boy", "girls", "boys", "female", "male", "woman", "man", "lady", "kid"),
        *("child", "student", "teen", "teenager", "daughter", "son", "sister", "brother"),
    )
)
#: Units that a thing may have behind "aged 16".
SPANS: Final = frozenset(("year", "years", "month", "months", "weeks", "days"))
#: Beginnings of one-word units: "12-jährig", "12-летняя", "12살의".
UNIT_STARTS: Final = ("jahrig", "летн", "살", "세")
NOT_UNITS: Final = ("세대", "세기", "세트", "세계", "세로", "살인")
#: Words before a number that make it an age.
BEFORE: Final = frozenset(
    (
        *("age", "aged", "ages", "edad", "idade", "alter", "возраст", "возрасте", "나이"),
        *("عمر", "عمره", "عمرها", "عمري", "yas", "eta", "wiek"),
    )
)
BEFORE_JOINED: Final = (("年", "龄"), ("年", "齢"), ("年", "齡"))
LINKS: Final = frozenset(("of", "is", "de", "von", "about", "around", "the"))
#: Ages of history, games and films: "ice age 2".
ERAS: Final = frozenset(
    (
        *("ice", "stone", "bronze", "iron", "golden", "silver", "middle", "dark", "space", "new"),
        *("jazz", "dragon", "machine", "information", "atomic", "gilded", "heroic", "modern"),
        *("victorian", "medieval", "digital", "steam", "viking", "world", "third", "second"),
    )
)
#: Words behind "12 anos", "12 ans", "12 лет" that speak of time, and before.
TIME_AFTER: Final = frozenset(
    (
        *("de", "d", "experiencia", "atras", "antes", "despues", "depois", "plus", "later"),
        *("fa", "dopo", "di", "lang", "erfahrung", "spater", "garantie", "temu", "once"),
        *("назад", "опыта", "стажа", "спустя", "подряд", "после", "до"),
    )
)
TIME_BEFORE: Final = frozenset(
    (
        *("hace", "durante", "por", "ha", "depuis", "pendant", "apos", "через", "за", "более"),
        *("уже", "seit", "vor", "nach", "per", "dopo", "przez", "od", "منذ", "قبل"),
    )
)
AGE_AFTER_OF: Final = frozenset(("edad", "idade"))

#: What is that old without being a person.
THINGS: Final = frozenset(
    (
        *("whisky", "whiskey", "scotch", "bourbon", "rum", "wine", "cognac", "brandy", "port"),
        *("cheese", "cheddar", "balsamic", "vinegar", "malt", "tawny", "reserve", "vintage"),
        *("building", "house", "castle", "church", "temple", "tower", "bridge", "ruin", "ruins"),
        *("town", "city", "village", "ship", "boat", "shipwreck", "wall", "wooden", "door"),
        *("tree", "trees", "oak", "bonsai", "olive", "vine", "forest", "plant", "cactus"),
        *("car", "truck", "tractor", "van", "bus", "bicycle", "bike", "motorcycle", "engine"),
        *("laptop", "computer", "pc", "gpu", "card", "phone", "camera", "console", "machine"),
        *("dog", "cat", "puppy", "kitten", "horse", "pony", "mare", "stallion", "foal", "parrot"),
        *("turtle", "tortoise", "elephant", "cow", "goat", "sheep", "labrador", "retriever"),
        *("photo", "photograph", "picture", "painting", "drawing", "file", "video", "film"),
        *("game", "movie", "show", "series", "song", "album", "book", "manga", "blog", "post"),
        *("project", "company", "brand", "website", "site", "software", "code", "technology"),
        *("bread", "beard", "stubble", "leather", "jacket", "shoes", "furniture", "guitar"),
        *("parmesan", "gouda", "ham", "prosciutto", "steak", "beef", "gin", "tequila", "mezcal"),
        *("hardware", "carpet", "recipe", "tradition", "mystery", "account", "dataset", "data"),
    )
)
#: Words between an age and the thing that is so old: "9 year old single malt".
OF_THINGS: Final = frozenset(
    ("single", "small", "big", "little", "rusty", "highland", "speyside", "scottish", "irish")
)
#: What descriptions say is that old: "this model is 2 years old".
ARTEFACTS: Final = THINGS | frozenset(
    ("model", "lora", "checkpoint", "merge", "version", "embedding", "extension")
)
#: What may stand for one of them, when nobody is named behind the age.
POINTERS: Final = frozenset(("it", "this"))
ARTICLES: Final = frozenset(("a", "an", "the", "any", "un", "una", "une", "ein", "eine", "um"))
#: Limits that name whoever is younger: "less than 18".
LIMITS: Final = frozenset((("less", "than"), ("younger", "than"), ("below",), ("under",)))
#: Settings and measures that have limits too.
MEASURES: Final = frozenset(("steps", "cfg", "scale", "weight", "strength", "step", "score"))
#: Words of a biography, where an age is a date.
BIOGRAPHY: Final = frozenset(
    (
        *("began", "begin", "started", "starting", "moved", "debuted", "debut", "career"),
        *("acting", "singing", "playing", "learned", "learnt", "studied", "acted", "won"),
        *("joined", "discovered", "signed", "performing", "since", "trained", "coding"),
    )
)
#: Somebody's own family: "for my 8 year old son".
OWN_FAMILY: Final = frozenset(
    ("son", "daughter", "nephew", "niece", "kid", "kids", "grandson", "granddaughter", "grandchild")
)

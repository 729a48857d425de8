"""Occupations, genders and countries of other vocabularies as the classes used here."""

from __future__ import annotations

from typing import Final

from hubwatch.gazetteer.names import token_hash

#: Wikidata items of frequent occupations by class.
_OCCUPATION_ITEMS: Final = {
    "adult performer": "Q488111",
    "politician": "Q82955 Q193391 Q30461 Q372436 Q116",
    "actor": "Q33999 Q10800557 Q10798782 Q2405480 Q2259451 Q970153 Q948329 Q245068",
    "musician": (
        "Q639669 Q177220 Q36834 Q2252262 Q488205 Q753110 Q855091 Q486748 Q130857 Q183945 Q2865819 "
        "Q158852 Q2643890 Q386854 Q584301 Q1259917 Q12800682 Q55960555 Q1198887"
    ),
    "athlete": (
        "Q2066131 Q937857 Q3665646 Q10833314 Q10871364 Q11774891 Q19204627 Q10843402 Q11338576 "
        "Q13474373 Q2309784 Q378622 Q10841764 Q13381572 Q13219587 Q11303721 Q12299841 Q14089670 "
        "Q15117302 Q12840545 Q11607585 Q6665249 Q11513337 Q4144610 Q13382576"
    ),
    "influencer": "Q2906862 Q17125263 Q2045208 Q8246794 Q94791573 Q50279140",
    "writer": "Q36180 Q6625963 Q49757 Q1930187 Q28389 Q482980 Q214917 Q4853732 Q11774202 Q333634",
    "artist": (
        "Q483501 Q1028181 Q33231 Q1281618 Q644687 Q42973 Q3501317 Q715301 Q191633 Q627325 Q266569 "
        "Q1114448 Q15296811 Q3391743"
    ),
    "scientist": (
        "Q901 Q169470 Q593644 Q170790 Q864503 Q82594 Q11063 Q188094 Q1650915 Q1622272 Q212980 "
        "Q2374149 Q3621491 Q520549 Q2306091 Q350979"
    ),
}  # fmt: skip

#: Words of an occupation's label by class; the first class that has one wins.
_OCCUPATION_WORDS: Final = {
    "politician": (
        "politician president minister senator chancellor king queen emperor empress statesman "
        "monarch sovereign ruler mayor governor diplomat congressman"
    ),
    "actor": "actor actress comedian",
    "musician": (
        "musician singer composer rapper songwriter guitarist pianist violinist drummer soprano "
        "tenor conductor idol dj"
    ),
    "athlete": (
        "athlete footballer player boxer swimmer wrestler runner jumper golfer cyclist racer "
        "gymnast skater skier jockey fighter driver cricketer"
    ),
    "influencer": "influencer youtuber streamer blogger vlogger tiktoker cosplayer",
    "writer": "writer author poet novelist playwright journalist essayist dramatist screenwriter",
    "artist": (
        "artist painter photographer sculptor illustrator architect designer cartoonist animator "
        "etcher engraver"
    ),
    "scientist": (
        "scientist physicist chemist mathematician biologist astronomer economist researcher "
        "geneticist psychologist anthropologist historian inventor"
    ),
}
#: A word of the adult trade, as a hash so that it is not readable here.
_ADULT_HASHES: Final = frozenset({0x511F4BC858})

_BY_ITEM: Final = {
    item: name for name, items in _OCCUPATION_ITEMS.items() for item in items.split()
}
_BY_WORD: Final = {
    word: name for name, words in _OCCUPATION_WORDS.items() for word in words.split()
}
_ORDER: Final = (*_OCCUPATION_ITEMS, "other")

_GENDER_ITEMS: Final = {
    "Q6581072": "woman",
    "Q1052281": "woman",
    "Q6581097": "man",
    "Q2449503": "man",
    "Q48270": "other",
}
_GENDER_WORDS: Final = {
    **dict.fromkeys(("woman", "female", "f", "w", "trans woman"), "woman"),
    **dict.fromkeys(("man", "male", "m", "trans man"), "man"),
}

_COUNTRIES: Final = (
    "Q30=us Q145=gb Q142=fr Q183=de Q17=jp Q148=cn Q884=kr Q159=ru Q668=in Q155=br Q96=mx "
    "Q38=it Q29=es Q16=ca Q408=au Q55=nl Q29999=nl Q34=se Q20=no Q35=dk Q33=fi Q36=pl Q31=be "
    "Q39=ch Q40=at Q212=ua Q213=cz Q28=hu Q218=ro Q219=bg Q41=gr Q43=tr Q45=pt Q27=ie Q79=eg "
    "Q258=za Q1033=ng Q414=ar Q298=cl Q739=co Q419=pe Q717=ve Q252=id Q869=th Q881=vn Q928=ph "
    "Q833=my Q334=sg Q865=tw Q794=ir Q801=il Q843=pk Q902=bd Q403=rs Q224=hr Q215=si Q214=sk "
    "Q37=lt Q211=lv Q191=ee Q189=is Q241=cu Q1028=ma Q262=dz Q948=tn Q114=ke Q115=et Q117=gh "
    "Q851=sa Q878=ae Q796=iq Q858=sy Q822=lb Q664=nz Q8646=hk Q786=do Q77=uy Q736=ec Q750=bo "
    "Q184=by Q230=ge Q399=am Q227=az Q232=kz Q265=uz"
)
_COUNTRY_ITEMS: Final = dict(pair.split("=") for pair in _COUNTRIES.split())


def occupation_of_items(items: list[str]) -> str | None:
    """Return the class of a person's Wikidata occupations.

    Args:
        items: item ids in the order of the statements; the first one with a class decides, but an
            adult performer is always called so, because that kind is most at risk.
    """
    classes = [_BY_ITEM.get(item, "other") for item in items]
    return _chosen(classes)


def occupation_of_label(label: str) -> str | None:
    """Return the class of an occupation's English label, for example `film actor`."""
    words = label.casefold().replace("-", " ").replace(",", " ").replace(";", " ").split()
    if not words:
        return None
    adult = len(words) > 1 and "adult" in words
    if adult or any(token_hash(word) in _ADULT_HASHES for word in words):
        return "adult performer"
    return _chosen([_BY_WORD.get(word, "other") for word in words])


def _chosen(classes: list[str]) -> str | None:
    if not classes:
        return None
    if "adult performer" in classes:
        return "adult performer"
    return next((name for name in classes if name != "other"), "other")


def gender_of_item(item: str) -> str:
    """Return the gender that a Wikidata item stands for; `other` for all that are neither."""
    return _GENDER_ITEMS.get(item, "other")


def gender_of_label(label: str) -> str | None:
    """Return the gender that a label stands for; None for an empty one."""
    text = label.strip().casefold()
    return _GENDER_WORDS.get(text, "other") if text else None


def country_of_item(item: str) -> str | None:
    """Return the ISO 3166 code of a Wikidata country; None for one not listed here."""
    return _COUNTRY_ITEMS.get(item)

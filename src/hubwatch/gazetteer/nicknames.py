"""Common short forms of English given names; used only together with the surname."""

from __future__ import annotations

from typing import Final

#: Given name: its short forms.
_SHORT_FORMS: Final = """
abigail:abby,gail albert:al,bert alexander:alex,sandy,xander alexandra:alex,sandra,lexi
alfred:alf,fred alice:ali andrew:andy,drew angela:angie anthony:tony,ant arthur:art
barbara:barb,barbie benjamin:ben,benny beverly:bev bradley:brad catherine:cathy,kate,cat
charles:charlie,chuck charlotte:charlie,lottie christina:chris,tina christine:chris,tina
christopher:chris,kit cynthia:cindy daniel:dan,danny david:dave,davey deborah:deb,debbie
dominic:dom donald:don,donnie dorothy:dot,dottie douglas:doug edward:ed,eddie,ted,ned
eleanor:ellie,nora,nell elizabeth:liz,lizzie,beth,betty,eliza,lisa emily:em,emmy eugene:gene
florence:flo frances:fran,frankie francis:frank,fran franklin:frank frederick:fred,freddie
gabriel:gabe gabriella:gabby geoffrey:geoff gerald:gerry,jerry gregory:greg harold:harry,hal
henry:harry,hank isabella:bella,izzy jacob:jake jacqueline:jackie james:jim,jimmy,jamie
janet:jan jeffrey:jeff jennifer:jen,jenny jessica:jess,jessie john:johnny,jack jonathan:jon,jonny
joseph:joe,joey joshua:josh judith:judy julia:julie katherine:kate,kathy,katie,kat
kathleen:kathy,kate kenneth:ken,kenny kimberly:kim lawrence:larry leonard:leo,len,lenny
lillian:lily louis:lou,louie madeline:maddie margaret:maggie,meg,peggy,marge,rita
martin:marty mary:molly,polly matthew:matt melissa:mel,missy michael:mike,mick,mickey
mitchell:mitch nathaniel:nate,nat nathan:nate,nat nicholas:nick,nicky nicole:nikki,nicky
oliver:ollie pamela:pam patricia:pat,patty,tricia patrick:pat,paddy peter:pete philip:phil
rachel:rach raymond:ray rebecca:becca,becky richard:rick,dick,rich,ricky robert:rob,bob,bobby,robbie
ronald:ron,ronnie samantha:sam,sammy samuel:sam,sammy sandra:sandy sarah:sally scarlett:scar
sophia:sophie stephanie:steph stephen:steve,stevie steven:steve,stevie susan:sue,suzie
theodore:ted,theo,teddy theresa:terry,tess thomas:tom,tommy timothy:tim,timmy valerie:val
veronica:ronnie,vera victoria:vicky,tori vincent:vince,vinny virginia:ginny walter:walt
wilhelmina:mina,billie william:will,bill,billy,liam zachary:zach,zack
"""


def _table() -> dict[str, frozenset[str]]:
    pairs = (line.split(":") for line in _SHORT_FORMS.split())
    forms: dict[str, set[str]] = {}
    for full, short in pairs:
        for other in short.split(","):
            forms.setdefault(full, set()).add(other)
            forms.setdefault(other, set()).add(full)
    return {name: frozenset(found) for name, found in forms.items()}


_FORMS: Final = _table()


def other_forms(given: str) -> frozenset[str]:
    """Return short forms of a given name, and the full names that it may be short for.

    Args:
        given: folded.
    """
    return _FORMS.get(given, frozenset())

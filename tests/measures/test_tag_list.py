"""A list of booru tags is read as people share it, and refused in one sentence otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hubwatch.errors import InputError
from hubwatch.measures.tag_list import read_tag_list

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "text",
    [
        "tag,count\nlong_hair,7\nsolo,9\n",
        "\ufefftag_id,name,category,count\n1,long_hair,0,7\n2,solo,0,9\n",
        "name,category,post_count,aliases\nlong_hair,0,7,\nsolo,0,5,\nSolo,0,4,\n",
        "tag,count\nlong\\_hair,7\nsolo,9\n,3\n",
    ],
)
def test_lists_that_people_share_give_plain_tags_by_falling_count(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    found = read_tag_list(tmp_path / "list.csv")
    assert (found.tags, found.counts) == (("solo", "long hair"), (9, 7))
    assert found.told() == {"tags": 2, "sha256": found.sha256}


@pytest.mark.parametrize(
    "raw", [b"a,b\n1,2\n", b"tag,count\nsolo,many\n", b"tag,count\nsolo,-1\n", b"\xff\xfe\x00", b""]
)
def test_another_file_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "list.csv").write_bytes(raw)
    with pytest.raises(InputError, match=r"list\.csv"):
        read_tag_list(tmp_path / "list.csv")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_tag_list(tmp_path / "none.csv")

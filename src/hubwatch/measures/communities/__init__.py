"""Vocabulary communities: which tags go together, who uses them, and how that changes.

What a figure needs is in the two results alone (`tables.py` and `adoption.py` define them):

`tag_communities`, one row for each community, statistic and other:

- `images` (other empty): one a community, what a map draws as a node: `value` = its share of
  images, `label`, and where it stands in `x` and `y` (both in -1..1, equal scales); `n` = its
  images.
- `tags`, `stability`, `mature`, `real_person`, `growth` (other empty): facts of a community.
- `label` (other = `1` ...): its most distinctive tags that may be shown, best first, in `label`.
- `link` (other = another community, the greater number): what a map draws as an edge; `value` =
  share of the images of either whose prompt holds tags of both. Only the strongest are given.
- `together_first`, `together_last` (other = another community): how far both were one community
  in the first and in the last window of time; merging where the second is greater.
- `born` (other = YYYY-MM): first month with enough creators.
- `leads` (other = another community, or `all`): `value` > 0 where the community took up tags
  before the other; the interval says whether that is more than chance.
- community `all`: `modularity`, `stability`, and `withheld` (other = reason) for tags that no
  label may show, `n` of `total` tags.

`community_adoption`, one row for each community and month (`all` for the whole): images of the
community of the images of any (`n`, `total`, `value`, `low`, `high`), `label`, and the columns
`creators`, `mature`, `rated`, `mature_share`, `mature_low`, `mature_high`, `depicting`,
`answered`, `depicting_share`, `depicting_low`, `depicting_high`.

Communities are numbered `01`, `02`, ... by their images, greatest first; `label` stands on every
row of a community and is its three best tags, joined by ` · `.
"""

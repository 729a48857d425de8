"""Vocabulary communities: which tags go together, who uses them, and how that changes.

What a figure needs is in the two results alone; `tag_communities.py` and `adoption.py` define them.

`tag_communities`, one row for each community, statistic and other:

- `images` (other empty): one a community, what a map draws as a node: `value` = its share of
  images, `label`, and where it stands in `x` and `y` (both in -1..1, equal scales); `n` = its
  images, `creators` behind them.
- `tags`, `sexualised`, `stability`, `mature`, `real_person`, `growth` (other empty): facts of a
  community.
- `label` (other = `1` ...): its most distinctive tags that may be shown, best first, in `label`.
- `link` (other = another community, the greater number): what a map draws as an edge; `value` =
  share of the images of either whose prompt holds tags of both. The strongest three of each.
- `together_first`, `together_last` (other = another community, the greater number): how often
  galleries used both, by what chance gives, in the earlier and the later half of the months;
  merging where the second is greater and the intervals are apart.
- `born` (other = YYYY-MM): first month with enough creators.
- `leads` (other = another community, or `all`): one row a pair, named by its leader; the interval
  says whether the lead is more than chance.
- community `all`: `stability`, and `withheld` (other = reason) for tags that no label may show,
  `n` of `total` tags.

`community_adoption`, one row for each community and month (`all` for the whole): images of the
community of the images of any (`n`, `total`, `value`, `low`, `high`), `label`, and the columns
`creators`, `mature`, `rated`, `mature_share`, `mature_low`, `mature_high`, `depicting`,
`answered`, `depicting_share`, `depicting_low`, `depicting_high`.

Communities are numbered `01`, `02`, ... by their prompts, greatest first; `label` stands on every
row of a community and is its three best tags, joined by ` · `.
"""

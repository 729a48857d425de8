"""Images as the hub's interface writes them (field guide, sections 7.3 and 8), a chunk at a time.

The text written here is the one definition: a single document is this text, decoded.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from hubwatch.simulate.chunks import Chunk
from hubwatch.simulate.clock import iso
from hubwatch.simulate.content import Content
from hubwatch.simulate.generation import Generation
from hubwatch.simulate.image_fields import BLUR_HASHES, SHAPES, has_meta
from hubwatch.simulate.models import Ints
from hubwatch.simulate.streams import rounded, stream

#: How the hub writes a level bit on images: the old word, and whether it counts as nsfw.
LEVEL_TEXT: Final = {
    0: '"nsfwLevel":"None","nsfw":false,"browsingLevel":0',
    1: '"nsfwLevel":"None","nsfw":false,"browsingLevel":1',
    2: '"nsfwLevel":"Soft","nsfw":true,"browsingLevel":2',
    4: '"nsfwLevel":"Mature","nsfw":true,"browsingLevel":4',
    8: '"nsfwLevel":"X","nsfw":true,"browsingLevel":8',
    16: '"nsfwLevel":"X","nsfw":true,"browsingLevel":16',
    32: '"nsfwLevel":"Blocked","nsfw":true,"browsingLevel":32',
}
_SHAPE_TEXT: Final = tuple(f'"width":{w},"height":{h}' for w, h in SHAPES)
_VIDEO_SINCE: Final = 19


def _hex(noise: Ints) -> list[str]:
    """Return the 32 hex digits of each image's address, as `image_fields.image_url` has them."""
    bits = noise.astype(np.uint64)
    both = np.stack([bits, bits * np.uint64(0x9E3779B97F4A7C15)], axis=1)
    text = np.ascontiguousarray(both).astype(">u8").tobytes().hex()
    return [text[i : i + 32] for i in range(0, len(text), 32)]


def _counts(rng: np.random.Generator, size: int, scale: float) -> list[int]:
    """Return heavy-tailed counts of reactions."""
    drawn = np.floor(scale * (rounded((1 - rng.random(size)) ** -0.7) - 1.0))
    return [int(x) for x in np.minimum(drawn, 50_000.0).tolist()]


class ImageRenderer:
    """Writes the image documents of one world."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._generation = Generation(content)
        self._names = [f'"{name}"' for name in content.creators]

    def render(self, chunk: Chunk) -> list[str]:
        """Return each row's document as JSON text, generation data included."""
        if not len(chunk):
            return []
        meta, settings = self._generation.meta(chunk)
        rng = stream(self._content.seed, "reactions", chunk.number)
        count = len(chunk)
        likes, hearts = _counts(rng, count, 6.0), _counts(rng, count, 3.0)
        laughs, cries = _counts(rng, count, 0.5), _counts(rng, count, 0.4)
        nobody = (rng.random(count) < 0.004).tolist()
        unsure: list[int] = rng.integers(100, size=count).tolist()
        video = int(self._content.plan.month[chunk.number]) >= _VIDEO_SINCE
        res, names = self._generation.resources, self._names
        columns = zip(
            *(chunk.image_id.tolist(), chunk.noise.tolist(), _hex(chunk.noise)),
            *(chunk.bit.tolist(), iso(chunk.at), chunk.post_id.tolist(), likes, hearts),
            *(laughs, cries, meta, chunk.creator.tolist(), nobody, chunk.version.tolist()),
            *(settings.checkpoint, unsure),
            strict=True,
        )
        texts = []
        for (
            number,
            noise,
            key,
            bit,
            at,
            post,
            like,
            heart,
            laugh,
            cry,
            data,
            who,
            none,
            v,
            ck,
            u,
        ) in columns:
            known = [res.id[x] for x in (v, ck) if x >= 0]
            base = res.base[v if v >= 0 else ck] if known and u > 6 else ""
            kind = "video" if video and u == 50 else "image"
            texts.append(
                f'{{"id":{number},"url":"https://image.hub.invalid/simulated/{key[:8]}-{key[8:12]}'
                f'-{key[12:16]}-{key[16:20]}-{key[20:]}/original=true/{number}.jpeg",'
                f'"hash":"{BLUR_HASHES[noise >> 32 & 511]}",{_SHAPE_TEXT[noise >> 12 & 15]},'
                f'{LEVEL_TEXT[bit]},"type":"{kind}","createdAt":"{at}","postId":{post},'
                f'"stats":{{"cryCount":{cry},"laughCount":{laugh},"likeCount":{like},'
                f'"dislikeCount":0,"heartCount":{heart},"commentCount":{like // 40}}},'
                f'"meta":{data if has_meta(noise) else "null"},'
                f'"username":{"null" if none else names[who]},"baseModel":"{base}",'
                f'"modelVersionIds":{known}}}'
            )
        return texts

"""Images as the hub's interface writes them (field guide, sections 7.3 and 8), a chunk at a time.

The text written here is the one definition: a single document is this text, decoded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.simulate.world.clock import iso
from hubwatch.simulate.world.generation import Generation
from hubwatch.simulate.world.image_fields import BLUR_HASHES, SHAPES, has_meta
from hubwatch.simulate.world.streams import Noise, rounded, stream

if TYPE_CHECKING:
    from hubwatch.simulate.world.chunks import Chunk
    from hubwatch.simulate.world.content import Content
    from hubwatch.simulate.world.models import Ints

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
SIZES: Final = tuple(f"{w}x{h}" for w, h in SHAPES)
_VIDEO_SINCE: Final = 19


def _hex(noise: Noise) -> list[str]:
    """Return the 32 hex digits of each image's address, as `image_fields.image_url` has them."""
    both = np.stack([noise, noise * np.uint64(0x9E3779B97F4A7C15)], axis=1)
    text = np.ascontiguousarray(both).astype(">u8").tobytes().hex()
    return [text[i : i + 32] for i in range(0, len(text), 32)]


def _counts(rng: np.random.Generator, size: int, scale: float) -> list[int]:
    """Return heavy-tailed counts of reactions."""
    drawn = np.floor(scale * (rounded((1 - rng.random(size)) ** -0.7) - 1.0))
    counts: list[int] = np.minimum(drawn, 50_000.0).astype(np.int64).tolist()
    return counts


def _meta(shape: int, seed: int, middle: str, prompt: str, tail: str) -> str:
    """Return generation data as JSON text; see `generation.Records`."""
    if not middle:
        return f'{{"Size":"{SIZES[shape]}","seed":{seed},{tail}'
    return f'{{"Size":"{SIZES[shape]}","seed":{seed},{middle}"prompt":"{prompt}{tail}'


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
        records = self._generation.records(chunk)
        rng = stream(self._content.seed, "reactions", chunk.number)
        first = np.flatnonzero(np.diff(chunk.post, prepend=-1))
        ends = self._ends(rng, chunk, first, records.closing)
        shape = (chunk.noise >> np.uint64(12) & np.uint64(15)).astype(np.int64)
        columns = zip(
            *(chunk.image_id.tolist(), _hex(chunk.noise), chunk.noise.tolist(), shape.tolist()),
            *(chunk.bit.tolist(), iso(chunk.at), self._stats(rng, len(chunk))),
            *(chunk.post.tolist(), records.prompt, records.seed),
            strict=True,
        )
        middle, tail = records.middle, records.tail
        return [
            f'{{"id":{number},"url":"https://image.hub.invalid/simulated/{key[:8]}-{key[8:12]}'
            f'-{key[12:16]}-{key[16:20]}-{key[20:]}/original=true/{number}.jpeg",'
            f'"hash":"{BLUR_HASHES[noise >> 32 & 511]}",{_SHAPE_TEXT[shape]},{LEVEL_TEXT[bit]},'
            f'"createdAt":"{at}",{stats},"meta":'
            f"{_meta(shape, seed, middle[p], prompt, tail[p]) if has_meta(noise) else 'null'}"
            f"{ends[p]}"
            for number, key, noise, shape, bit, at, stats, p, prompt, seed in columns
        ]

    def _ends(
        self, rng: np.random.Generator, chunk: Chunk, first: Ints, closing: list[str]
    ) -> list[str]:
        """Return the ends of the documents, by post: who, where, what was used."""
        nobody = (rng.random(len(first)) < 0.004).tolist()
        video = int(self._content.plan.month[chunk.number]) >= _VIDEO_SINCE
        moving = (rng.random(len(first)) < 0.01 * video).tolist()
        creators, posts = chunk.creator[first].tolist(), chunk.post_id[first].tolist()
        return [
            f',"type":"{"video" if move else "image"}","postId":{post},'
            f'"username":{"null" if none else self._names[who]},{end}'
            for who, post, none, move, end in zip(
                creators, posts, nobody, moving, closing, strict=True
            )
        ]

    @staticmethod
    def _stats(rng: np.random.Generator, size: int) -> list[str]:
        """Return the reactions of each image, heavy-tailed."""
        likes, hearts = _counts(rng, size, 6.0), _counts(rng, size, 3.0)
        laughs, cries = _counts(rng, size, 0.5), _counts(rng, size, 0.4)
        return [
            f'"stats":{{"cryCount":{cry},"laughCount":{laugh},"likeCount":{like},'
            f'"dislikeCount":0,"heartCount":{heart},"commentCount":{like // 40}}}'
            for cry, laugh, like, heart in zip(cries, laughs, likes, hearts, strict=True)
        ]

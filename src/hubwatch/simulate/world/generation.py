"""Generation data of the simulated images: settings, resources, prompts, as JSON text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.simulate.world.prompts import Composer, Rows, build_negatives, build_popular
from hubwatch.simulate.world.resources import Resources
from hubwatch.simulate.world.streams import choose, rounded, stream

if TYPE_CHECKING:
    from hubwatch.simulate.world.chunks import Chunk
    from hubwatch.simulate.world.content import Content
    from hubwatch.simulate.world.models import Ints

SAMPLERS: Final = (
    *("DPM++ 2M Karras", "Euler a", "DPM++ SDE Karras", "DPM++ 2S a Karras", "DDIM", "Euler"),
    *("DPM++ 2M SDE Karras", "DPM++ 3M SDE Karras", "UniPC", "LMS"),
)
_SAMPLER_SHARE: Final = np.array([36.1, 25.3, 19.7, 3.7, 3.5, 1.7, 1.4, 1.0, 0.8, 0.4])
_STEPS: Final = np.array([20, 20, 20, 24, 25, 25, 28, 30, 30, 35, 40, 50, 60])
_GUIDANCE: Final = ("7", "7", "7", "7", "6", "5", "8", "8.5", "4.5", "9", "10", "3.5", "11")
_STARTS: Final = ("\\n", "\\n", "\\n", ", ", ", ", " ", " ", " ")
_WEIGHTS: Final = ("0.6", "0.7", "0.8", "0.8", "1", "0.5", "0.75", "0.9")
#: Optional settings and their share among A1111-like records (facts, table of missingness).
_OPTIONAL: Final = (
    ('"Clip skip":"2"', 0.487),
    ('"Denoising strength":"0.5"', 0.588),
    ('"ENSD":"31337"', 0.341),
    ('"Face restoration":"CodeFormer"', 0.096),
    ('"Hires steps":"15"', 0.283),
    ('"Hires upscale":"2"', 0.476),
    ('"Hires upscaler":"4x-UltraSharp"', 0.489),
    ('"VAE":"sharp-vae-560000"', 0.01),
)
_WORKFLOW: Final = (
    r'"comfy":"{\"prompt\":{\"3\":{\"class_type\":\"KSampler\",\"inputs\":{\"steps\":25,'
    r"\"cfg\":7,\"denoise\":1}},\"4\":{\"class_type\":\"CheckpointLoaderSimple\",\"inputs\":{}}},"
    r'\"workflow\":{\"nodes\":[]}}"'
)
#: Record shapes, with their share in the first and last month.
SHAPES_OF_META: Final = ("a1111", "comfy", "onsite", "external", "without prompt")
_SHAPE_SHARE: Final = (
    np.array([0.993, 0.0, 0.0, 0.002, 0.005]),
    np.array([0.60, 0.08, 0.29, 0.025, 0.005]),
)


@dataclass(frozen=True, slots=True)
class Records:
    """Generation data of one chunk, cut so that little has to be joined for each image.

    A record is `{"Size":"WxH","seed":N,` + `middle` + `"prompt":"` + prompt + `tail`; where the
    record holds no prompt, `middle` is empty. `closing` is the end of the image's document: base
    model and versions used.

    Args:
        prompt, seed: of each row.
        middle, tail, closing: of each post.
    """

    prompt: list[str]
    seed: list[int]
    middle: list[str]
    tail: list[str]
    closing: list[str]


@dataclass(frozen=True, slots=True)
class _Post:
    """What one post's records are written from; versions are indices, -1 for none."""

    checkpoint: int
    used: list[int]
    negative: str
    sampler: str
    steps: int
    guidance: str
    optional: str
    die: int


class Generation:
    """Writes generation data for the chunks of one world."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.resources = Resources(content)
        self._composer = Composer()
        popular = max(20, min(4000, int(content.plan.rows().sum()) // 160))
        rng = stream(content.seed, "popular")
        self._popular = build_popular(self._composer, rng, popular)
        self._negatives = build_negatives(stream(content.seed, "negatives"))
        self._optional = [self._settings(rng, old=index < 256) for index in range(512)]

    @staticmethod
    def _settings(rng: np.random.Generator, *, old: bool) -> str:
        keys = [text for text, share in _OPTIONAL if rng.random() < share]
        if rng.random() < (0.145 if old else 0.8):
            keys.append('"Version":"v1.3.2"' if old else '"Version":"v1.9.4"')
        return "".join("," + key for key in keys)

    def _copied(
        self, rng: np.random.Generator, chunk: Chunk, prompts: list[str], adult: list[bool]
    ) -> None:
        """Let some posts use a well-known prompt."""
        posts = int(chunk.post[-1]) + 1
        chosen = np.where(rng.random(posts) < 0.05, rng.random(posts) ** 2.0, -1.0)
        place = np.floor(len(self._popular[0]) * rounded(chosen)).astype(np.int64)[chunk.post]
        for row in np.flatnonzero(place >= 0).tolist():
            prompts[row] = self._popular[adult[row]][int(place[row])]

    def _networks(
        self, rng: np.random.Generator, chunk: Chunk, first: Ints
    ) -> tuple[Ints, list[list[int]]]:
        """Return checkpoint of each post (-1: unknown) and further versions used."""
        version = chunk.version[first]
        drawn = self.resources.draw(rng, "checkpoint", chunk.at[first])
        own = np.array(self.resources.is_checkpoint, dtype=np.bool_)[np.maximum(version, 0)]
        checkpoint = np.where(own & (version >= 0), version, drawn)
        extra = self.resources.draw(rng, "adapter", chunk.at[first])
        extra = np.where(rng.random(len(first)) < 0.14, extra, -1)
        used = [
            list(dict.fromkeys(v for v in pair if v >= 0))
            for pair in zip(np.where(own, -1, version).tolist(), extra.tolist(), strict=True)
        ]
        return checkpoint, used

    def _ending(self, used: list[int], die: int) -> str:
        """Return trigger words and network calls as they end a prompt."""
        text = ""
        for number, version in enumerate(used):
            call, trigger = self.resources.call[version], self.resources.trigger[version]
            if trigger and die >> number & 3:
                text += f", {trigger}"
            if call and die >> number & 12:
                start = _STARTS[die >> 8 & 7]
                text += f"{start}{call}{_WEIGHTS[die >> 11 & 7]}>"
        return text

    def _rows(
        self, rng: np.random.Generator, chunk: Chunk, first: Ints, used: list[list[int]]
    ) -> Rows:
        models, versions = self._content.models, self._content.versions
        version = chunk.version[first]
        person = np.where(version >= 0, models.person[versions.model[np.maximum(version, 0)]], -1)
        codes = {"woman": 0, "man": 1, "other": 3}
        of_person = np.array([codes[p.gender] for p in models.people])
        said = (person >= 0) & (rng.random(len(first)) < 0.75)
        dice: list[int] = rng.integers(1 << 20, size=len(first)).tolist()
        endings = [self._ending(u, d) for u, d in zip(used, dice, strict=True)]
        return Rows(
            post=chunk.post,
            subculture=chunk.subculture[first],
            gender=np.where(said, of_person[np.maximum(person, 0)], -1),
            level=chunk.level,
            endings=[endings[p] for p in chunk.post.tolist()],
        )

    def records(self, chunk: Chunk) -> Records:
        """Draw the generation data of a chunk."""
        rng = stream(self._content.seed, "texts", chunk.number)
        first = np.flatnonzero(np.diff(chunk.post, prepend=-1))
        checkpoint, used = self._networks(rng, chunk, first)
        prompts = self._composer.compose(rng, self._rows(rng, chunk, first, used))
        adult = (np.maximum.reduceat(chunk.level, first)[chunk.post] > 1).tolist()
        self._copied(rng, chunk, prompts, adult)
        line = float(self._content.plan.month[chunk.number]) / 25.0
        shares = _SHAPE_SHARE[0] * (1 - line) + _SHAPE_SHARE[1] * line
        kinds = choose(rng, shares * np.array([1, line > 0.3, line > 0.4, 1, 1]), len(first))
        posts = self._posts(rng, checkpoint, used, old=line <= 0.35)
        writers = (self._a1111, self._comfy, self._onsite, self._external, self._bare)
        pieces = [writers[k](p) for k, p in zip(kinds.tolist(), posts, strict=True)]
        return Records(
            prompt=prompts,
            seed=rng.integers(1 << 32, size=len(chunk)).tolist(),
            middle=[middle for middle, _ in pieces],
            tail=[tail for _, tail in pieces],
            closing=[
                self._closing(p, v)
                for p, v in zip(posts, chunk.version[first].tolist(), strict=True)
            ],
        )

    def _posts(
        self, rng: np.random.Generator, checkpoint: Ints, used: list[list[int]], *, old: bool
    ) -> list[_Post]:
        """Draw the settings of each post."""
        count = len(checkpoint)
        place = np.floor(len(self._negatives) * rounded(rng.random(count) ** 1.6)).astype(np.int64)
        place = np.where(rng.random(count) < 0.058, -1, place)
        columns = zip(
            *(checkpoint.tolist(), used, place.tolist()),
            choose(rng, _SAMPLER_SHARE, count).tolist(),
            _STEPS[rng.integers(len(_STEPS), size=count)].tolist(),
            rng.integers(len(_GUIDANCE), size=count).tolist(),
            (rng.integers(256, size=count) + (0 if old else 256)).tolist(),
            rng.integers(1 << 30, size=count).tolist(),
            strict=True,
        )
        return [
            _Post(
                checkpoint=ck,
                used=versions,
                negative=self._negatives[negative] if negative >= 0 else "",
                sampler=SAMPLERS[sampler],
                steps=steps,
                guidance=_GUIDANCE[guidance],
                optional=self._optional[optional],
                die=die,
            )
            for ck, versions, negative, sampler, steps, guidance, optional, die in columns
        ]

    def _closing(self, post: _Post, version: int) -> str:
        """Return the end of an image's document; the hub does not always know the base model."""
        res, ck = self.resources, post.checkpoint
        known = list(dict.fromkeys(res.id[x] for x in (version, ck) if x >= 0))
        main = version if version >= 0 else ck
        base = res.base[main] if main >= 0 and post.die >> 22 & 15 else ""
        return f'"baseModel":"{base}","modelVersionIds":{known}}}'

    def _resource_list(self, post: _Post) -> str:
        """Return the entries of an A1111-like record; a fifth have none."""
        die, res = post.die, self.resources
        found = []
        if post.checkpoint >= 0 and die & 7 > 1:
            found.append(f"{res.entry[post.checkpoint]}}}")
        for version in post.used:
            if die >> 4 & 7 > 1:
                entry = res.entry[version] if die >> 8 & 3 else res.bare[version]
                found.append(f'{entry},"weight":{_WEIGHTS[die >> 11 & 7]}}}')
        return ",".join(found)

    def _a1111(self, post: _Post) -> tuple[str, str]:
        res, ck, die = self.resources, post.checkpoint, post.die
        negative = f',"negativePrompt":"{post.negative}"' if post.negative else ""
        hashes = f'"hashes":{{"model":"{res.hash[ck]}"}},' if ck >= 0 and die >> 14 & 1 else ""
        short = f',"Model hash":"{res.hash[ck]}"' if ck >= 0 and die >> 15 & 15 else ""
        model = f'"Model":"{res.name[ck]}",' if ck >= 0 and die >> 19 & 3 else ""
        return (
            f'{model}"steps":{post.steps},{hashes}',
            f'","sampler":"{post.sampler}","cfgScale":{post.guidance},'
            f'"resources":[{self._resource_list(post)}]{short}{negative}{post.optional}}}',
        )

    def _comfy(self, post: _Post) -> tuple[str, str]:
        ck = post.checkpoint
        model = f'"{self.resources.name[ck]}"' if ck >= 0 else ""
        return (
            f'{_WORKFLOW},"steps":"{post.steps}","models":[{model}],',
            f'","negativePrompt":"{post.negative}","sampler":"euler",'
            f'"cfgScale":"{post.guidance}","additionalResources":[]}}',
        )

    def _onsite(self, post: _Post) -> tuple[str, str]:
        res, ck = self.resources, post.checkpoint
        found = [f'{{"type":"checkpoint","modelVersionId":{res.id[ck]}}}'] if ck >= 0 else []
        weight = _WEIGHTS[post.die >> 11 & 7]
        found += [
            f'{{"type":"{res.word[v]}","weight":{weight},"modelVersionId":{res.id[v]}}}'
            for v in post.used
        ]
        return (
            f'"steps":{post.steps},"cfgScale":{post.guidance},"sampler":"{post.sampler}",',
            f'","negativePrompt":"{post.negative}","clipSkip":2,"workflow":"txt2img",'
            f'"quantity":4,"civitaiResources":[{",".join(found)}]}}',
        )

    def _external(self, post: _Post) -> tuple[str, str]:
        return (
            f'"steps":{post.steps},',
            '","external":{"source":{"name":"Invented Studio",'
            '"homepage":"https://studio.hub.invalid"}}}',
        )

    def _bare(self, post: _Post) -> tuple[str, str]:
        """Return a record without a prompt."""
        return "", f'"steps":{post.steps}}}'

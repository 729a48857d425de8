"""Truth of the simulated adapters: what is planted in their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.clock import month_of
from hubwatch.simulate.world.subcultures import NAMES
from hubwatch.simulate.world.trainers import code_state, tells_training

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from hubwatch.simulate.world.adapter_facts import Facts
    from hubwatch.simulate.world.content import Content


def adapters_table(content: Content) -> pa.Table:
    """Return one row for each adapter file: how it was trained, and what its header can say.

    Columns:
        file_id, version_id, model_id: the hub's numbers.
        month: of the version, YYYY-MM.
        trainer: that made it; a stripped file does not say so.
        stripped: the header tells nothing of the training: no metadata, or its form alone.
        architecture: root of the base model's family.
        base_model: as declared on the hub.
        parent_version_id: checkpoint of the hub that it was made from, 0 for the published base.
        rank, alpha, images, repeats, epochs, steps, resolution, optimizer: of the training.
        caption_style: tags, sentences, mixed, or none where the header tells no captions.
        subculture: of the model.
        depicts_person: the model depicts a real person.
        code: state of kohya's code for its trainers, else empty.
    """
    import pyarrow as pa

    months = [cal.MONTHS[m] for m in month_of(content.versions.at).tolist()]
    found = (content.adapters.facts(version) for version in range(len(content.versions)))
    rows = [(number, facts) for number, facts in enumerate(found) if facts is not None]
    columns: dict[str, Callable[[int, Facts], Any]] = {
        "file_id": lambda v, _: content.version_id[v] * 2 - 1,
        "version_id": lambda v, _: content.version_id[v],
        "model_id": lambda v, _: content.model_id[int(content.versions.model[v])],
        "month": lambda v, _: months[v],
        "trainer": lambda _, f: f.trainer,
        "stripped": lambda _, f: not tells_training(f),
        "architecture": lambda _, f: f.about.architecture,
        "base_model": lambda v, _: cal.BASE_MODELS[int(content.versions.base[v])],
        "parent_version_id": lambda _, f: content.version_id[f.parent] if f.parent >= 0 else 0,
        "rank": lambda _, f: f.rank,
        "alpha": lambda _, f: f.alpha,
        "images": lambda _, f: f.images,
        "repeats": lambda _, f: f.repeats,
        "epochs": lambda _, f: f.epochs,
        "steps": lambda _, f: f.steps,
        "resolution": lambda _, f: f.about.resolution,
        "optimizer": lambda _, f: f.optimizer.rpartition(".")[2],
        "caption_style": lambda _, f: "none" if f.stripped else f.style,
        "subculture": lambda _, f: NAMES[int(content.models.subculture[f.model])],
        "depicts_person": lambda _, f: int(content.models.person[f.model]) >= 0,
        "code": lambda _, f: code_state("sd-scripts", f.month) if f.trainer == "kohya" else "",
    }
    return pa.table({name: [of(v, facts) for v, facts in rows] for name, of in columns.items()})

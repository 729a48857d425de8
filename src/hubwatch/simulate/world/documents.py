"""Models and versions as the hub's interface writes them (field guide, sections 5, 6 and 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world import words
from hubwatch.simulate.world.image_fields import BLUR_HASHES, has_meta, image_url, shape_of
from hubwatch.simulate.world.models import KINDS
from hubwatch.simulate.world.streams import Picker
from hubwatch.simulate.world.versions import TRAINERS

if TYPE_CHECKING:
    from hubwatch.simulate.world.content import Content
    from hubwatch.simulate.world.view import View

SITE: Final = "https://hub.invalid"
_PICKLE: Final = ("TextualInversion", "Hypernetwork", "AestheticGradient")
_SIZES: Final = {"Checkpoint": 2_082_642.0, "TextualInversion": 24.0, "Hypernetwork": 85_000.0}
_COMMERCIAL: Final = (
    *(["Image", "Rent"], ["Image", "RentCivit", "Rent", "Sell"], ["None"], ["Sell"]),
    *("{Image,Rent}", "None"),
)


def file_hashes(content: Content, version: int) -> dict[str, str]:
    """Return the hashes of a version's file in upper-case hex."""
    digest = content.sha256[version]
    more = Picker(int(digest[:16], 16))
    hashes = {
        "AutoV1": f"{more.below(1 << 31):08X}",
        "AutoV2": digest[:10],
        "SHA256": digest,
        "CRC32": f"{more.below(1 << 31):08X}",
        "BLAKE3": "".join(f"{more.below(1 << 31):08X}" for _ in range(8)),
        "AutoV3": f"{more.below(1 << 31):08X}{more.below(1 << 16):04X}",
    }
    if more.chance(0.146):
        del hashes["AutoV1"]
    return hashes


def _file(content: Content, version: int) -> dict[str, Any]:
    """Return the file object of a version."""
    model = int(content.versions.model[version])
    method = cal.METHODS[int(content.models.method[model])]
    picker = Picker(int(content.versions.noise[version]) ^ 77)
    pickle = method in _PICKLE and picker.chance(0.7)
    size = _SIZES.get(method, 147_000.0) * (0.25 + picker.below(1500) / 1000)
    suffix = "pt" if pickle else "safetensors"
    version_id = content.version_id[version]
    known = picker.chance(0.62)
    return {
        "id": version_id * 2 - 1,
        "sizeKB": round(size, 4),
        "name": f"{content.stems[model]}_v{int(content.versions.place[version]) + 1}.{suffix}",
        "type": "Model",
        "pickleScanResult": "Success" if not picker.chance(0.005) else "Danger",
        "pickleScanMessage": "No Pickle imports",
        "virusScanResult": "Success",
        "virusScanMessage": None,
        "scannedAt": content.version_iso[version],
        "metadata": {
            "format": "PickleTensor" if pickle else "SafeTensor",
            "size": "pruned" if known else None,
            "fp": "fp16" if known else None,
        },
        "hashes": file_hashes(content, version),
        "downloadUrl": f"{SITE}/api/download/models/{version_id}",
        "primary": True,
    }


def _pictures(view: View, version: int, *, mask: int) -> list[dict[str, Any]]:
    """Return the showcase pictures of a version that are within `mask`."""
    content, pictures = view.content, []
    for image_id, bit, noise in view.showcase(version):
        if not bit & mask:
            continue
        width, height = shape_of(noise)
        pictures.append(
            {
                "id": image_id,
                "url": image_url(noise, image_id),
                "nsfwLevel": bit,
                "width": width,
                "height": height,
                "hash": BLUR_HASHES[noise >> 32 & 511],
                "type": "image",
                "minor": False,
                "poi": bool(content.models.flagged[content.versions.model[version]]),
                "hasMeta": has_meta(noise),
                "hasPositivePrompt": has_meta(noise),
                "onSite": False,
                "remixOfId": None,
            }
        )
    return pictures


def version_part(
    view: View, version: int, *, position: int, mask: int, mode: str | None
) -> dict[str, Any]:
    """Return a version as it stands within its model's document."""
    content = view.content
    model = int(content.versions.model[version])
    place = int(content.versions.place[version])
    picker = Picker(int(content.versions.noise[version]) ^ 5)
    described = not picker.chance(cal.NULL_VERSION_DESCRIPTION)
    downloads = view.version_downloads[version]
    part: dict[str, Any] = {
        "id": content.version_id[version],
        "index": position,
        "name": f"v{place + 1}.0",
        "baseModel": cal.BASE_MODELS[int(content.versions.base[version])],
        "baseModelType": "Standard",
        "flags": 0,
        "vaeId": None,
        "earlyAccessDeadline": None,
        "paidAccess": None,
        "publishedAt": content.version_iso[version],
        "availability": "Public",
        "nsfwLevel": view.version_mask[version],
        "description": f"<p>{picker.pick(words.SENTENCES[:12])}</p>" if described else None,
        "trainedWords": content.texts.trigger_words(model, place),
        "stats": {
            "downloadCount": downloads,
            "thumbsUpCount": downloads // 9,
            "thumbsDownCount": downloads // 900,
        },
        "supportsGeneration": picker.chance(0.6),
        "files": [] if mode == "Archived" else [_file(content, version)],
        "images": [] if mode == "TakenDown" else _pictures(view, version, mask=mask)[:20],
        "downloadUrl": f"{SITE}/api/download/models/{content.version_id[version]}",
    }
    if mode == "Archived":
        del part["downloadUrl"]
    return part


def _model_stats(downloads: int) -> dict[str, int]:
    """Return a model's counters, which follow its downloads."""
    return {
        "downloadCount": downloads,
        "thumbsUpCount": downloads // 9,
        "thumbsDownCount": downloads // 900,
        "commentCount": downloads // 400,
        "tippedAmountCount": (downloads // 1000) * 10,
    }


def model_document(view: View, index: int, *, mask: int) -> dict[str, Any]:
    """Return a model as `GET /models` lists it, its newest version first."""
    content, day = view.content, view.day
    picker = content.texts.picker(index, 5)
    owned = [v for v in content.versions.of_model[index] if content.versions.at[v] <= day]
    mode = view.mode(index)
    creator = int(content.models.creator[index])
    document: dict[str, Any] = {
        "id": content.model_id[index],
        "name": view.name(index),
        "description": content.texts.description(index),
        "allowNoCredit": picker.chance(0.7),
        "allowCommercialUse": picker.pick(_COMMERCIAL),
        "allowDerivatives": picker.chance(0.75),
        "allowDifferentLicense": picker.chance(0.6),
        "type": cal.METHODS[int(content.models.method[index])],
        "minor": bool(content.events.minor[index]),
        "sfwOnly": bool(content.events.minor[index]),
        "poi": view.flagged(index),
        "nsfw": bool(content.events.declared_at[index] <= day),
        "nsfwLevel": view.model_mask[index],
        "availability": "Public",
        "cosmetic": None,
        "supportsGeneration": picker.chance(0.5),
        "userId": creator + 11,
        "stats": _model_stats(sum(view.version_downloads[v] for v in owned)),
        "creator": {"username": content.creators[creator], "image": content.avatar(creator)},
        "tags": content.texts.tags(index),
        "baseModels": sorted({cal.BASE_MODELS[int(content.versions.base[v])] for v in owned}),
        "modelVersions": [
            version_part(view, v, position=p, mask=mask, mode=mode)
            for p, v in enumerate(reversed(owned))
        ],
    }
    if mode is not None:
        document["mode"] = mode
    return document


def version_document(view: View, version: int) -> dict[str, Any]:
    """Return a version as `GET /model-versions/{id}` answers it; all pictures, flag included."""
    content, day = view.content, view.day
    index = int(content.versions.model[version])
    mode = view.mode(index)
    part = version_part(view, version, position=0, mask=63, mode=mode)
    del part["supportsGeneration"]
    for picture in part["images"]:
        del picture["id"]
        picture["meta"] = None
    method = cal.METHODS[int(content.models.method[index])]
    trained = int(content.versions.trainer[version]) == TRAINERS.index("onsite")
    model: dict[str, Any] = {
        "name": view.name(index),
        "type": method,
        "nsfw": bool(content.events.declared_at[index] <= day),
        "poi": view.flagged(index),
    }
    if mode is not None:
        model["mode"] = mode
    kinds = {"person": "Character", "character": "Character", "style": "Style"}
    kind = kinds.get(KINDS[int(content.models.kind[index])], "Concept")
    air = {"LORA": "lora", "LoCon": "lycoris", "DoRA": "dora", "TextualInversion": "embedding"}
    return {
        **part,
        "modelId": content.model_id[index],
        "createdAt": content.version_iso[version],
        "updatedAt": content.version_iso[version],
        "status": "Published",
        "air": f"urn:air:sd1:{air.get(method, method.lower())}:civitai:"
        f"{content.model_id[index]}@{content.version_id[version]}",
        "uploadType": "Trained" if trained else "Created",
        "usageControl": "Download",
        "trainingStatus": "Approved" if trained else None,
        "trainingDetails": {"type": kind, "baseModel": "sdxl", "params": {"networkDim": 32}}
        if trained
        else None,
        "model": model,
    }

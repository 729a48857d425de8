"""Writes one self-contained page from a results folder, and a PDF of it where a browser can print.

Same results, same bytes: the page is dated by `SOURCE_DATE_EPOCH` or by its last snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import jinja2
from markupsafe import Markup

from hubwatch import __version__
from hubwatch.errors import UsageError
from hubwatch.files import write_atomically
from hubwatch.report.brief import GLOSSARY
from hubwatch.report.content import Page, page_of
from hubwatch.report.figures import FIGURES, lacking
from hubwatch.report.numbers import day_name
from hubwatch.report.pdf import print_to_pdf
from hubwatch.report.results import read_results

if TYPE_CHECKING:
    from pathlib import Path

_TEMPLATES: Final = "templates"


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """What a report holds.

    Args:
        path: the page.
        pdf: the PDF, if one was asked for.
        charts: ids of the charts drawn.
        headlines: number of headline numbers.
        left_out: names of the charts that the results hold no numbers for.
        missing: measures that the results lack; their parts were left out.
        simulated: the page says that everything is fictional.
        size: bytes of the page.
    """

    path: Path
    pdf: Path | None
    charts: tuple[str, ...]
    headlines: int
    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    simulated: bool
    size: int


def write_report(
    results: Path, out: Path, *, pdf: Path | None = None, title: str | None = None
) -> ReportSummary:
    """Write the report of a results folder.

    Args:
        results: folder that `hubwatch measure` wrote.
        out: HTML file to write; replaced when it exists.
        pdf: also print the page into this file; needs an installed Chromium, Chrome or Edge.
        title: heading of the page; by default hub and window.

    Returns:
        What the page holds.

    Raises:
        InputError: the folder holds no results, or a file in it has a wrong column or type.
        UsageError: a page or PDF would replace a folder, or a PDF is asked for and no browser that
            can print is installed.
        StorageError: the disk refused a write.
    """
    for file in (out, pdf):
        _require_place(file)
    found = read_results(results)
    page = page_of(found, title=title)
    html = render(page).encode("utf-8")
    write_atomically(out, html)
    if pdf is not None:
        print_to_pdf(out, pdf)
    return ReportSummary(
        path=out,
        pdf=pdf,
        charts=tuple(figure.id for figure in page.figures),
        headlines=len(page.headlines),
        left_out=lacking(page.figures),
        missing=found.missing(),
        simulated=page.simulated,
        size=len(html),
    )


def _require_place(file: Path | None) -> None:
    """Refuse a place where no file can be written."""
    if file is None:
        return
    if file.is_dir():
        raise UsageError(
            f"`{file}` is a folder, not a file", hint=f"name a file: `{file / 'report.html'}`"
        )
    blocked = next((above for above in file.parents if above.is_file()), None)
    if blocked is not None:
        raise UsageError(
            f"`{file}` cannot be written: `{blocked}` is a file, not a folder",
            hint="name another folder",
        )


def render(page: Page) -> str:
    """Return the page as HTML."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_text),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
    environment.filters["day"] = day_name
    return environment.get_template("page.html.j2").render(
        page=page,
        version=__version__,
        glossary=GLOSSARY,
        names={name: short for name, (short, _) in FIGURES.items()},
        places={c.id: place for place, c in enumerate(page.published, start=1)},
        css=Markup(_text("page.css")),  # noqa: S704  # our own style sheet, not input
        script=Markup(_script()),  # noqa: S704  # our own bundle, not input
    )


def _text(name: str) -> str:
    return files("hubwatch.report").joinpath(_TEMPLATES, name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    """Return Vega, Vega-Lite and the few lines that draw, as one script without imports."""
    import vl_convert

    bundle: str = vl_convert.javascript_bundle(snippet=_text("draw.js"))
    return bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--")

"""Prints a page into a PDF with a browser that is installed already."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from hubwatch.errors import UsageError
from hubwatch.files import write_atomically

BROWSERS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
_HINT: Final = "install Chromium, or open the page and print it; the page itself is written"
#: Seconds that printing may take.
_LIMIT: Final = 120


def find_browser() -> str | None:
    """Return the path of a browser that can print without a screen, if one is installed."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def print_to_pdf(page: Path, out: Path) -> None:
    """Print an HTML file into a PDF file, with networking off.

    Args:
        page: a self-contained page.
        out: the PDF; replaced when it exists.

    Raises:
        UsageError: no browser is installed, or it did not print.
        StorageError: the disk refused the write.
    """
    browser = find_browser()
    if browser is None:
        raise UsageError("no browser that can print a PDF is installed", hint=_HINT)
    with tempfile.TemporaryDirectory(prefix="hubwatch-pdf-") as folder:
        printed = Path(folder) / "page.pdf"
        _run(browser, page.resolve(), printed, Path(folder) / "profile")
        if not printed.exists():
            raise UsageError(f"`{Path(browser).name}` wrote no PDF", hint=_HINT)
        write_atomically(out, printed.read_bytes())


def _run(browser: str, page: Path, printed: Path, profile: Path) -> None:
    command = [
        browser,
        "--headless",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={profile}",
        "--window-size=1280,1000",  # charts are drawn wide, then scaled to the paper
        "--no-pdf-header-footer",
        "--virtual-time-budget=15000",
        f"--print-to-pdf={printed}",
        page.as_uri(),
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.insert(1, "--no-sandbox")  # Chromium refuses to run as root with its sandbox
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_LIMIT)
    except (OSError, subprocess.SubprocessError) as error:
        raise UsageError(f"`{Path(browser).name}` could not print the page", hint=_HINT) from error

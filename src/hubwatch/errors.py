"""What can go wrong, as the caller sees it: one exit code and one sentence each.

Every boundary of hubwatch raises one of these. The command line prints `error:` and `hint:` lines
and ends with the code; a library user catches `HubwatchError`.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the `hubwatch` command; values are never reused."""

    DONE = 0
    BUG = 1
    USAGE = 2
    SOME_FAILED = 3
    UNREACHABLE = 4
    GATE = 5
    INTERRUPTED = 130


class HubwatchError(Exception):
    """An expected failure.

    Args:
        what: one sentence, lower case, no full stop: what was wrong and where.
        hint: one sentence: what to do about it.
    """

    exit_code: ExitCode = ExitCode.BUG

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class UsageError(HubwatchError):
    """A command, option, configuration or policy is wrong."""

    exit_code = ExitCode.USAGE


class InputError(HubwatchError):
    """A file or folder that was given cannot be read as what it should be."""

    exit_code = ExitCode.USAGE


class AdapterError(HubwatchError):
    """A file is not a sound .safetensors; `what` never quotes the file's content."""

    exit_code = ExitCode.USAGE


class LakeError(HubwatchError):
    """A lake cannot be used: not a lake, made by a newer version, or in use."""

    exit_code = ExitCode.USAGE


class StorageError(HubwatchError):
    """The disk refused a write (full, read-only, no permission); what was there is intact."""

    exit_code = ExitCode.BUG


class HubUnreachableError(HubwatchError):
    """A hub could not be reached, refused us, or stayed throttled."""

    exit_code = ExitCode.UNREACHABLE


class GateError(HubwatchError):
    """A check that was asked for said no."""

    exit_code = ExitCode.GATE

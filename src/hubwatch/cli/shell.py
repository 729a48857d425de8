"""The command line's own machinery: lazy commands, grouped options, errors and exit codes."""

from __future__ import annotations

import contextlib
import difflib
import errno
import importlib
import json
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hubwatch.errors import ExitCode, HubwatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

F = TypeVar("F", bound="Callable[..., Any]")

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
EXIT_CODES = (
    "0 done; 1 our bug; 2 usage or input is wrong; 3 finished, but some items failed; "
    "4 hub unreachable; 5 a check said no; 130 interrupted"
)


class Group(click.Group):
    """A group that prints its help when called bare and proposes the nearest command."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", HELP)
        super().__init__(*args, **kwargs)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or fail with the nearest name."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            names = self.list_commands(ctx)
            near = difflib.get_close_matches(args[0], names, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"commands: {', '.join(names)}"
            raise click.UsageError(f"no such command `{args[0]}`\n{hint}", ctx)
        return super().resolve_command(ctx, args)


class LazyGroup(Group):
    """A group whose commands are imported when they run, so that help is instant."""

    def __init__(
        self,
        *args: Any,
        commands_at: dict[str, tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.commands_at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the work."""
        return list(self.commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in self.commands_at:
            return None
        module, _, name = self.commands_at[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in self.commands_at.items()])


class GroupedOption(click.Option):
    """An option that help shows under a heading."""

    def __init__(self, *args: Any, heading: str = "Options", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heading = heading


class StartsAnewError(Exception):
    """A command that does not resume was interrupted."""


class Verb(click.Command):
    """A command whose help ends with examples and exit codes.

    Args:
        examples: lines that can be pasted, most common first.
        resumes: after an interruption the same command goes on from there.
    """

    def __init__(
        self, *args: Any, examples: Sequence[str] = (), resumes: bool = True, **kwargs: Any
    ) -> None:
        kwargs.setdefault("context_settings", HELP)
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.resumes = resumes

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an interruption tells whether it can go on."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            if self.resumes:
                raise
            raise StartsAnewError from None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under their headings."""
        headings: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                headings.setdefault(getattr(parameter, "heading", "Options"), []).append(record)
        for heading in sorted(headings, key=lambda h: h == "Options"):
            with formatter.section(heading):
                formatter.write_dl(headings[heading])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and the exit codes."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        formatter.write_paragraph()
        again = ", run again to " + ("resume" if self.resumes else "start anew")
        formatter.write_text(f"Exit codes: {EXIT_CODES}{again}.")
        super().format_epilog(ctx, formatter)


def option(*names: str, heading: str, **settings: Any) -> Callable[[F], F]:
    """Declare an option under a heading of the help page."""
    return click.option(*names, cls=GroupedOption, heading=heading, **settings)


def print_error(what: str, hint: str, code: ExitCode, *, as_json: bool) -> None:
    """Write an error for a person, or as a problem object, on stderr."""
    if as_json:
        problem = {
            "type": f"urn:hubwatch:problem:{code.name.lower()}",
            "title": code.name.lower().replace("_", " "),
            "status": int(code),
            "detail": what,
            "hint": hint or None,
        }
        click.echo(json.dumps(problem, ensure_ascii=False), err=True)
        return
    click.echo(f"error: {what}", err=True)
    if hint:
        click.echo(f"hint: {hint}", err=True)


#: What the operating system says when a path is not what was expected: the user's to mend.
_WRONG_PATH = {errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.ENOENT, errno.EACCES, errno.EPERM}


def _system(error: OSError) -> tuple[str, str, ExitCode]:
    """Say what the operating system refused, and whose it is to mend."""
    what = f"{(error.strerror or str(error)).lower()}: `{error.filename or 'the output'}`"
    if error.errno in _WRONG_PATH:
        return what, "check the path and its permissions", ExitCode.USAGE
    if error.errno in (errno.ENOSPC, errno.EROFS, errno.EDQUOT):
        return what, "free some space or choose another place, then run it again", ExitCode.BUG
    return what, "the operating system refused; run again with -v for more", ExitCode.BUG


def _usage(error: click.ClickException) -> tuple[str, str]:
    message = error.format_message()
    if isinstance(error, click.MissingParameter):
        message = " ".join(message.split())
    text, _, hint = message.partition("\n")
    text = text[:1].lower() + text[1:].rstrip(".")
    context = getattr(error, "ctx", None)
    return text, hint or (f"see `{context.command_path} --help`" if context else "")


def _trace(arguments: list[str]) -> None:
    """Print the traceback of the error under way, when that was asked for."""
    if {"-v", "--verbose"} & set(arguments) or os.environ.get("HUBWATCH_LOG") == "debug":
        traceback.print_exc()


def run(command: click.Command, arguments: list[str]) -> int:
    """Run a command and return its exit code; every failure becomes one clear line.

    Args:
        command: the root command.
        arguments: what the user typed after the program's name.
    """
    as_json = "--json" in arguments
    try:
        result = command.main(arguments, prog_name="hubwatch", standalone_mode=False)
        sys.stdout.flush()
    except HubwatchError as error:
        print_error(error.what, error.hint, error.exit_code, as_json=as_json)
        return error.exit_code
    except click.ClickException as error:
        print_error(*_usage(error), ExitCode.USAGE, as_json=as_json)
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        hint = "what was done is saved; the same command goes on from here"
        print_error("interrupted", hint, ExitCode.INTERRUPTED, as_json=as_json)
        return ExitCode.INTERRUPTED
    except StartsAnewError:
        print_error("interrupted", "run it again", ExitCode.INTERRUPTED, as_json=as_json)
        return ExitCode.INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click ends the process when a pipe is closed
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except OSError as error:
        _trace(arguments)
        what, hint, code = _system(error)
        print_error(what, hint, code, as_json=as_json)
        return code
    except Exception as error:  # noqa: BLE001 - the last line of defence, reported as our bug
        _trace(arguments)
        hint = "this is a bug of hubwatch; run again with -v and report the traceback"
        print_error(f"{type(error).__name__}: {error}", hint, ExitCode.BUG, as_json=as_json)
        return ExitCode.BUG
    return result if isinstance(result, int) else ExitCode.DONE

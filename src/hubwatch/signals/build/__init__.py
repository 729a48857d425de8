"""The signal tables of a lake: filled once, kept up to date by increment."""

from hubwatch.signals.build.run import BuildSummary, build_signals, ensure_signals, is_current

__all__ = ["BuildSummary", "build_signals", "ensure_signals", "is_current"]

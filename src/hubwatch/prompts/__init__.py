"""The prompt language: parse, normalise, tags, resources."""

from hubwatch.prompts.parser import parse
from hubwatch.prompts.records import Prompt, Resource, Tag

__all__ = ["Prompt", "Resource", "Tag", "parse"]

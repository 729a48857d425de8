"""The prompt language: parse, normalise, tags, resources."""

from hubwatch.prompts.parser import VERSION, parse
from hubwatch.prompts.records import Prompt, Resource, Tag

__all__ = ["VERSION", "Prompt", "Resource", "Tag", "parse"]

"""The fictional hub itself: who and what is in it, how it changes, and its documents."""

from hubwatch.simulate.world.build import World, build_world

__all__ = ["World", "build_world"]

"""hubwatch: observatory and moderation toolkit for hubs that share text-to-image models."""

__version__ = "0.1.0"

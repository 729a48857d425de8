"""`python -m hubwatch` is the `hubwatch` command."""

from hubwatch.cli import main

main()

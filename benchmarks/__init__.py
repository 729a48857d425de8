"""What README's speed table is made from; `make bench` runs all of it."""

"""Scripts that fit the shipped weights again and measure the signals; not part of the package."""

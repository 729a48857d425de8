"""What adapter files say of themselves: headers, training metadata, consent manifests."""

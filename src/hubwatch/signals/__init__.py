"""One module a signal, each with its definition, evidence and measured scores."""

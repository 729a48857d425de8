"""Connectors: one module or folder per hub, behind one small protocol."""

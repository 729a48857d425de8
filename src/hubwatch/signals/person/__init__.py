"""How `real_person` reads a model: cues, the shape of its name, features, the classifier."""

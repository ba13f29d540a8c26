"""Setting up and running a consultation: surveys, thresholds, people, and who can open answers."""

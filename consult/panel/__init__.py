"""The practitioner panel: who is on it, its protocol, its rounds, and what they found."""

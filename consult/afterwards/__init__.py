"""What the team does with what comes after taking part: wishes to hear more, what changed, how it goes."""

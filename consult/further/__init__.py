"""Public pages beside a survey: who would like to hear more, and what was heard and what it changed."""

"""The respondent's way: start, answer, check, send, come back, change, withdraw."""

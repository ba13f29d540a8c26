"""What other tools made, taken in: code books and codings (REFI-QDA), and draft standards."""

"""A member of the team at the door: sign in, unlock, lock, a new passphrase, sign out."""

"""Forms for what was gathered elsewhere. Messages say what to do, and nothing typed is lost."""

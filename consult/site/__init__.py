"""Pages that anybody may read: landing, safety, support, privacy, leaving, health."""

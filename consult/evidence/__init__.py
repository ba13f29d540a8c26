"""Draft standards, publications, and the links that tie what people said to clauses: the evidence page."""

"""The literature: lists in, doubles out, screening, appraisal, and findings with their themes."""

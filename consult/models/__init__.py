"""The tables. Rows are thin: columns and constraints; no sealing, no queries, no HTTP.

Each room is imported by who needs it: an intake starts with the tables of people who answer, and without
those of the team's work. Who needs all of them, as migrations and backups do, imports `consult.models.every`.
"""

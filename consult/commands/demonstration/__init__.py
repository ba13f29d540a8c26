"""Invented content for the demonstration consultation, as plain values and plain generators.

Everything in it is made up to show the platform at work. It knows the survey definitions' ids; it must not
know the database, the web or the vault: the `demo` command feeds it through the services that real answers
go through.
"""

from __future__ import annotations

"""Which part of the house an address belongs to: the public's, or the team's and the panel's."""

from __future__ import annotations

STAFF = ("/team", "/panel")
APART = "/more"
"""Where people leave a way to reach them: nothing here may know of a visit in which somebody answered."""


def is_staff(path: str) -> bool:
    """Whether the team's rules (cookie, policy, layout) hold for this path."""
    return any(path == prefix or path.startswith(prefix + "/") for prefix in STAFF)


def is_apart(path: str) -> bool:
    """Whether requests to this path have no web session, whatever cookie the browser shows."""
    return path == APART or path.startswith(APART + "/")


def is_onion(host: str) -> bool:
    """Whether a host name (with or without a port) is an onion address."""
    return host.partition(":")[0].endswith(".onion")

"""Which part of the house an address belongs to: the public's, or the team's and the panel's."""

from __future__ import annotations

STAFF = ("/team", "/panel")


def is_staff(path: str) -> bool:
    """Whether the team's rules (cookie, policy, layout) hold for this path."""
    return any(path == prefix or path.startswith(prefix + "/") for prefix in STAFF)


def is_onion(host: str) -> bool:
    """Whether a host name (with or without a port) is an onion address."""
    return host.partition(":")[0].endswith(".onion")

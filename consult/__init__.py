"""The platform on which evidence for service standards is gathered, understood and shown."""

__version__ = "0.1.0"

"""Frames and values in, frames and values out: text, themes, links, counts and small numbers.

Knows tables; knows nothing of the web, the database, keys, the clock, files or sockets. Nothing is imported
here: callers import the room they need (`analysis.disclosure`, `analysis.suggest`), so that a process which
only guards small numbers never loads scikit-learn.
"""

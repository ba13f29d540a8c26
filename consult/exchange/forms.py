"""One form: a file that another tool, or somebody with a word processor, made."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField


class FileForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A file. It is not kept between looking at it and taking it in, so it is chosen twice."""

    file = FileField(_("File"))

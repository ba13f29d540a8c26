"""A lost passphrase, from the administrator's side."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.faults import BusyError, RefusedError
from consult.manage import service
from consult.manage.views.common import again, bp
from consult.web import access
from consult.web.access import ADMINISTRATOR, who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence


@bp.route("/people/<name>/reset", methods=["GET", "POST"])
@access.roles(ADMINISTRATOR)
def reset_account(name: str) -> ResponseReturnValue:
    """Give an account a made-up passphrase and an empty key, after saying what that means."""
    page: dict[str, object] = {
        "person": service.account_named(db.session(), name),
        "held": service.held_keys(db.session(), name),
        "own": name == access.account().name,
    }
    if request.method == "GET" or page["own"]:
        return render_template("manage/reset.html", refused="", **page)
    passphrase = service.generate_passphrase()
    try:
        service.reset(
            db.session(),
            workbench_vault(),
            name,
            passphrase,
            even_only_way=request.form.get("only_way") == "yes",
            **who(),
        )
    except RefusedError as error:
        return again("manage/reset.html", 409, refused=sentence(str(error)), **page)
    except BusyError:
        refused = _("A lot is happening at once. Please wait a minute, then press the button again.")
        return again("manage/reset.html", 503, refused=refused, **page)
    db.session.commit()
    return render_template("manage/reset_done.html", person=page["person"], passphrase=passphrase)

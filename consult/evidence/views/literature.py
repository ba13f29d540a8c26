"""Publications: recorded, read, and what was found in them."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.evidence import forms, service
from consult.evidence.views.common import TEAM, bp, shown
from consult.web import access
from consult.web.extensions import db


@bp.route("/literature", methods=["GET", "POST"])
@access.roles(*TEAM)
def literature(consultation: str) -> ResponseReturnValue:
    """Publications: record one, mark it as read, take findings from it."""
    known = service.publications(db.session(), consultation)
    act = request.form.get("act", "")
    publication = forms.PublicationForm(formdata=request.form if act == "publication" else None)
    finding = forms.FindingForm(formdata=request.form if act == "finding" else None)
    finding.offer([(each.key, each.citation) for each in known if each.read])
    if request.method == "POST" and _act_on_literature(consultation, act, publication, finding):
        db.session.commit()
        return redirect(url_for(".literature", consultation=consultation), 303)
    status = 422 if publication.errors or finding.errors else 200
    return shown(
        "evidence/literature.html",
        status,
        consultation=consultation,
        publications=known,
        form=finding if act == "finding" else publication,
        publication=publication,
        finding=finding,
    )


def _act_on_literature(
    consultation: str, act: str, publication: forms.PublicationForm, finding: forms.FindingForm
) -> bool:
    session = db.session()
    if act == "read":
        service.mark_read(session, consultation, request.form.get("source", ""))
        return True
    if act == "finding" and finding.validate_on_submit():
        typed = finding.data
        service.add_finding(session, consultation, typed["source"], typed["statement"], typed["page"] or "")
        return True
    if act == "publication" and publication.validate_on_submit():
        typed = publication.data
        if service.add_publication(
            session,
            consultation,
            typed["key"],
            typed["citation"],
            design=typed["design"] or "",
            setting=typed["setting"] or "",
        ):
            return True
        publication.key.errors = [_("This key is in use. Please choose another one.")]
    return False

"""An application that came to nothing, once more with what was typed (2.1.9, 2.1.12, 2.3.8)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from account_center.kit.clock import now
from account_center.portal.again import form_of
from account_center.portal.customer import tenant_of_customer
from account_center.realname.services.again import typed_before


@require_safe
def send_again(request: HttpRequest, reference: str) -> HttpResponse:
    """To the form of its way; to the application where what was typed is erased."""
    before = typed_before(tenant_id=tenant_of_customer(request).id, reference=reference, now=now())
    if before is None:
        return redirect("portal:verification_application", reference)
    return redirect(form_of(before))

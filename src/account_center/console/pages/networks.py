"""Taking away a tenant's list of networks, for an owner who cannot get in by himself (1.23)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from account_center.console import services
from account_center.console.forms import ProofForm
from account_center.console.guard import posted, staff_page
from account_center.console.pages.acts import MANAGER, act_page
from account_center.console.queries import tenant_and_owner
from account_center.kit.clock import now
from account_center.plumbing.actors import actor_of
from account_center.policy.queries import policy_of_tenant


@staff_page(role=MANAGER)
def lift(request: HttpRequest, public_id: str) -> HttpResponse:
    """The list is taken away on proof of identity; its owner can set a new one."""
    tenant, account = tenant_and_owner(public_id)
    form = ProofForm(posted(request))
    networks = [network.text for network in policy_of_tenant(tenant.id).networks]

    def act() -> str:
        services.lift_tenant_networks(
            actor=actor_of(request),
            tenant=tenant,
            proof=form.cleaned_data["proof"],
            because=form.because(),
            now=now(),
        )
        return _("One may sign in from everywhere again.")

    stands = _("Sign-ins are allowed only from: %(networks)s") % {"networks": _(", ").join(networks)}
    says = (
        stands if networks else _("The tenant has no list of networks: one may sign in from everywhere."),
        _(
            "The owner can pass the list by himself, after his whole sign-in and one more code. Take it away only if he has neither phone nor mailbox for it."
        ),
    )
    title = _("Take away the list of networks")
    return act_page(request, form, account, act, title=title, says=says, submit=_("Take it away"))

"""Refusals of the policy room."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.networks import NetworkProblem
from account_center.kit.refused import Invalid, NotAllowed, Refused, TooOften
from account_center.plumbing.wording import Way, Wording, words

SUPPORT = Way(_("Ask support"), "portal:support")
POLICY = Way(_("Security policy"), "portal:security_policy")


class NetworkNotAllowed(NotAllowed):
    """The tenant's list of networks does not hold this address. The tenant's owner may open a way back (1.23)."""

    code = "policy.network_not_allowed"


class OwnerOutsideNetworks(NotAllowed):
    """The same for the owner, who has a way back in."""

    code = "policy.owner_outside_networks"


class BadNetworkList(Invalid):
    code = "policy.bad_networks"


class TooManyNetworks(Invalid):
    code = "policy.too_many_networks"


class WouldLockYouOut(Refused):
    code = "policy.would_lock_you_out"


class PolicyOutOfBounds(Invalid):
    code = "policy.out_of_bounds"


class PolicyChangedMeanwhile(Refused):
    code = "policy.changed_meanwhile"


class OnlyOwnersSetPolicy(NotAllowed):
    code = "policy.only_owners"


class OwnerLacksSecondFactor(Refused):
    """Who asks his users for a second factor must have one."""

    code = "policy.owner_lacks_second_factor"


class NoListToPass(Refused):
    code = "policy.no_list_to_pass"


class TooManyWaysBack(TooOften):
    code = "policy.too_many_ways_back"


class SamePassword(Invalid):
    code = "policy.same_password"


class PasswordUsedBefore(Invalid):
    """The tenant bars the newest old passwords."""

    code = "policy.password_used_before"


class PasswordTooYoung(TooOften):
    """The tenant asks that a password stays for some hours."""

    code = "policy.password_too_young"


class TooManyNewPasswords(TooOften):
    code = "policy.too_many_new_passwords"


words(
    {
        NetworkNotAllowed: Wording(
            what=_("You cannot sign in from this network."),
            why=_("Your organisation allows sign-ins from certain networks only, and {address} is not among them."),
            todo=_("Sign in from a network of your organisation, or ask its administrator to add {address}."),
            ways=(SUPPORT,),
            ticket="account.sign_in",
            faq="1.23",
        ),
        OwnerOutsideNetworks: Wording(
            what=_("Your own list of networks does not allow {address}."),
            why=_("The security policy of your tenant allows sign-ins from certain networks only."),
            todo=_(
                "Sign in from one of them. If you cannot, prove once more that it is you and open a way back for {minutes} minutes."
            ),
            ways=(Way(_("Open a way back"), "portal:way_back"), SUPPORT),
            ticket="account.sign_in",
            faq="1.23",
        ),
        BadNetworkList: Wording(
            what=_("Not every entry of the list can be used."),
            why=_("{problems}"),
            todo=_("Mend these entries. An entry is an address, a network such as 203.0.113.0/24, or a range."),
            faq="1.23",
        ),
        TooManyNetworks: Wording(
            what=_("The list is too long."),
            why=_("It has {entries} entries; {allowed} are possible."),
            todo=_("Join neighbouring addresses into a network or a range, and remove what is not used any more."),
            faq="1.23",
        ),
        WouldLockYouOut: Wording(
            what=_("With this list you would lock yourself out."),
            why=_("You are here from {address}, and the list does not hold this address."),
            todo=_("Add {address} or its network, or save the list from one of the networks in it."),
            faq="1.23",
        ),
        PolicyOutOfBounds: Wording(
            what=_("This number is not possible."),
            why=_("It must lie between {least} and {most}."),
            todo=_("Choose a number in these bounds."),
            faq="3.1.20",
        ),
        PolicyChangedMeanwhile: Wording(
            what=_("The security policy was changed in the meantime."),
            why=_("Somebody saved it after you opened this page; your change would have undone theirs unseen."),
            todo=_("Look at what it says now and make your change again."),
            ways=(POLICY,),
            faq="1.22",
        ),
        OnlyOwnersSetPolicy: Wording(
            what=_("Only the owner of a tenant sets its security policy."),
            why=_("The policy decides how every user of the tenant signs in."),
            todo=_("Ask the owner of the tenant. If you have none yet, activate the cloud first."),
            ways=(Way(_("Activate the cloud"), "portal:activate"),),
            faq="1.22",
        ),
        OwnerLacksSecondFactor: Wording(
            what=_("First set up a second factor for yourself."),
            why=_(
                "From the next sign-in on you would be asked for an authenticator app or a passkey, and you have none."
            ),
            todo=_("Set one up on the security page, then come back here."),
            ways=(Way(_("Security"), "portal:security"),),
            faq="1.22",
        ),
        SamePassword: Wording(
            what=_("This is the password you have already."),
            todo=_("Choose a new one, or leave everything as it is."),
            faq="3.1.20",
        ),
        PasswordUsedBefore: Wording(
            what=_("You have used this password before."),
            why=_("The security policy of your tenant bars the last {depth} passwords."),
            todo=_("Choose one that is really new."),
            faq="3.1.20",
        ),
        PasswordTooYoung: Wording(
            what=_("Your password was changed only a short time ago."),
            why=_("The security policy of your tenant asks that a password stays for {hours} hours."),
            todo=_(
                "Try again in {minutes} minutes. If you fear that somebody knows it, sign out and use the way for a forgotten password: it may be changed there at any time."
            ),
            faq="3.1.20",
        ),
        TooManyNewPasswords: Wording(
            what=_("Too many new passwords were tried for this account."),
            why=_("Each is compared with the old ones, which takes real work."),
            todo=_("Try again in {minutes} minutes. Your present password still counts."),
            faq="3.1.20",
        ),
        NoListToPass: Wording(
            what=_("No way back is needed."),
            why=_("The list of networks does not keep you out from here."),
            todo=_("Just sign in."),
            ways=(Way(_("Sign in"), "portal:sign_in"),),
            faq="1.23",
        ),
        TooManyWaysBack: Wording(
            what=_("The way back was opened too often today."),
            why=_("It is meant for emergencies: {allowed} times a day."),
            todo=_("Sign in from one of the allowed networks, or ask support to lift the list on proof."),
            ways=(SUPPORT,),
            ticket="account.sign_in",
            faq="1.23",
        ),
    }
)

_PROBLEMS = {
    NetworkProblem.NOT_AN_ADDRESS: _("{entry} is no IPv4 or IPv6 address, network or range."),
    NetworkProblem.HOST_BITS: _("{entry} names one address and a whole network at once. The network is {offer}."),
    NetworkProblem.TOO_WIDE: _(
        "{entry} is so wide that the list would keep nobody out; /8 (IPv4) and /16 (IPv6) are the widest. To allow every network, empty the list."
    ),
    NetworkProblem.BACKWARDS: _("{entry} runs backwards. The other way round it is {offer}."),
    NetworkProblem.MIXED: _("{entry} begins in IPv4 and ends in IPv6, or the other way round."),
    NetworkProblem.NOBODY: _("{entry} stands for no address at all; nobody comes from there."),
}


def network_problem_text(problem: NetworkProblem, *, entry: str, offer: str = "") -> str:
    """What is wrong with one entry of a list of networks, in the reader's language."""
    return str(_PROBLEMS[problem]).format(entry=entry, offer=offer)

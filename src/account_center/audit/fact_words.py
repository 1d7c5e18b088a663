"""Words of the codes that stand among an event's facts, and of who acts.

The rooms that own these codes stand above this one, so they are texts here; a test compares them with the rooms.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

Words = Mapping[str, str | Promise]

ACTORS: Words = {
    "anonymous": gettext_lazy("Somebody not signed in"),
    "customer": gettext_lazy("Customer"),
    "staff": gettext_lazy("Staff"),
    "service": gettext_lazy("Service"),
    "system": gettext_lazy("System"),
}
_KINDS: Words = {
    "id": gettext_lazy("ID account"),
    "legacy": gettext_lazy("Legacy account"),
    "iam": gettext_lazy("IAM user"),
    "phone": gettext_lazy("a phone number"),
    "email": gettext_lazy("an e-mail address"),
    "document": gettext_lazy("a document number"),
    "name": gettext_lazy("a name or tenant ID"),
    "undeclared": gettext_lazy("Not declared"),
    "individual": gettext_lazy("Individual"),
    "enterprise": gettext_lazy("Enterprise"),
}
_SIGN_IN_WAYS: Words = {
    "password": pgettext_lazy("sign-in", "password"),
    "code": pgettext_lazy("sign-in", "code"),
    "app": pgettext_lazy("sign-in", "authenticator app"),
    "passkey": pgettext_lazy("sign-in", "passkey"),
    "recovery_code": pgettext_lazy("sign-in", "recovery code"),
    "trusted_device": pgettext_lazy("sign-in", "trusted device"),
    "recovery": pgettext_lazy("sign-in", "forgotten password"),
    "registration": pgettext_lazy("sign-in", "registration"),
}
_WAYS: Words = {
    "scan": pgettext_lazy("way", "Scan with the phone"),
    "bank_card": pgettext_lazy("way", "Bank card"),
    "document": pgettext_lazy("way", "Document"),
    "bank_account": pgettext_lazy("way", "Bank account"),
    "enterprise_papers": pgettext_lazy("way", "Enterprise papers"),
    "partner": pgettext_lazy("way", "Partner site"),
    **_SIGN_IN_WAYS,
}
_ENDINGS: Words = {
    "owner": gettext_lazy("by the owner"),
    "freeze": gettext_lazy("the tenant was frozen"),
    "appeal": gettext_lazy("after an appeal"),
    "closing": gettext_lazy("the account is being closed"),
    "not_me": gettext_lazy("the owner said: this was not me"),
}
_HOLDS: Words = {
    "freeze_violation": gettext_lazy("Frozen: violation"),
    "freeze_arrears": gettext_lazy("Frozen: unpaid services"),
    "freeze_partner": gettext_lazy("Frozen: became a partner"),
    "freeze_before_closing": gettext_lazy("Frozen: before closing"),
    "freeze_reseller_control": gettext_lazy("Frozen: by its reseller"),
    "restriction_misuse": gettext_lazy("Restricted: misuse"),
    "restriction_balance_low": gettext_lazy("Restricted: balance too low"),
    "restriction_partner": gettext_lazy("Restricted: became a partner"),
    "restriction_member_budget": gettext_lazy("Restricted: member budget too low"),
    "restriction_account_risk": gettext_lazy("Restricted: account risk"),
    "restriction_identity_doubt": gettext_lazy("Restricted: verification in doubt"),
}
_REASONS: Words = {
    "asked": gettext_lazy("The customer is on the line and asked for it"),
    "ticket": gettext_lazy("A ticket needs it"),
    "security": gettext_lazy("A security case"),
    "complaint": gettext_lazy("A complaint or an authority's request"),
    "contract": gettext_lazy("A contract or agreement with the customer"),
    "other": gettext_lazy("Something else (say what)"),
}
_QUOTAS: Words = {
    "accounts_of_phone": gettext_lazy("Accounts of a phone"),
    "tenants_of_phone": gettext_lazy("Tenants of a phone"),
    "tenants_of_person": gettext_lazy("Tenants of a person"),
    "tenants_of_organisation": gettext_lazy("Tenants of an organisation"),
    "tenants_of_card": gettext_lazy("Tenants of a bank card"),
    "failures_of_account": gettext_lazy("Attempts of a bank account"),
    "reopen": gettext_lazy("Taking a verification up again"),
    "lift_hold": gettext_lazy("Lifting a legal hold"),
}
_SITES: Words = {
    "china": gettext_lazy("China site"),
    "international": gettext_lazy("International site"),
}
_CHECKS: Words = {
    "none": pgettext_lazy("sign-in check", "none"),
    "code": pgettext_lazy("sign-in check", "code by SMS or e-mail"),
    "app": pgettext_lazy("sign-in check", "authenticator app"),
    "passkey": pgettext_lazy("sign-in check", "passkey"),
}
_PROOFS: Words = {
    "sms": pgettext_lazy("proof", "code by SMS"),
    "email": pgettext_lazy("proof", "code by e-mail"),
    **_SIGN_IN_WAYS,
}
_TASKS: Words = {
    "password": pgettext_lazy("task", "the password"),
    "contacts": pgettext_lazy("task", "phone and e-mail address"),
    "second_factors": pgettext_lazy("task", "second factors"),
    "sign_in_check": pgettext_lazy("task", "the check at sign-in"),
    "devices": pgettext_lazy("task", "trusted devices"),
    "emergency_contacts": pgettext_lazy("task", "emergency contacts"),
    "security_policy": pgettext_lazy("task", "the security policy"),
    "copy_of_data": pgettext_lazy("task", "a copy of the data"),
    "delete_account": pgettext_lazy("task", "deleting the account"),
    "upgrade": pgettext_lazy("task", "upgrading the account"),
    "change_verification": pgettext_lazy("task", "changing the real-name verification"),
}
_LEAST_CHECKS: Words = {
    "any": gettext_lazy("what each user chooses"),
    "code": gettext_lazy("a code, unless the device is trusted"),
    "second_factor": gettext_lazy("authenticator app or passkey"),
}
TOPICS: Words = {
    "signed_in": pgettext_lazy("topic", "Signed in"),
    "failed": pgettext_lazy("topic", "Failed try"),
    "signed_out": pgettext_lazy("topic", "Signed out"),
    "account": pgettext_lazy("topic", "Account"),
    "security": pgettext_lazy("topic", "Security"),
    "cloud": pgettext_lazy("topic", "Cloud and tenant"),
    "verification": pgettext_lazy("topic", "Real-name verification"),
    "help": pgettext_lazy("topic", "Tickets and appeals"),
    "data": pgettext_lazy("topic", "Own data"),
    "staff": pgettext_lazy("topic", "Support staff"),
    "other": pgettext_lazy("topic", "Other"),
}
_REMEDIES: Words = {
    "new_phone": pgettext_lazy("remedy", "replace the phone number"),
    "new_email": pgettext_lazy("remedy", "replace the e-mail address"),
    "unbind_phone": pgettext_lazy("remedy", "take the phone number off the account"),
    "remove_factor": pgettext_lazy("remedy", "remove the second factor"),
}
_HAPPENINGS: Words = {
    "phone_lost": pgettext_lazy("appeal", "phone lost"),
    "all_lost": pgettext_lazy("appeal", "phone and e-mail lost"),
    "not_registered": pgettext_lazy("appeal", "not registered by the phone's holder"),
    "taken_over": pgettext_lazy("appeal", "taken over by somebody else"),
    "factor_lost": pgettext_lazy("appeal", "second factor lost"),
}
_CLOSINGS: Words = {
    "solved": pgettext_lazy("ticket closed", "solved"),
    "customer": pgettext_lazy("ticket closed", "by the customer"),
    "quiet": pgettext_lazy("ticket closed", "nobody wrote for a while"),
    "refused": pgettext_lazy("ticket closed", "what was asked for cannot be done"),
    "duplicate": pgettext_lazy("ticket closed", "the same as another ticket"),
    "objected": pgettext_lazy("ticket closed", "the owner of the account objected"),
}
_RECOVERY_PROOFS: Words = {
    "sms": gettext_lazy("to the phone"),
    "email": gettext_lazy("to the mailbox"),
    "known_device": gettext_lazy("on a known device"),
    "contact": gettext_lazy("confirmed by an emergency contact"),
    "other": gettext_lazy("with the other phone or e-mail"),
    "passkey": gettext_lazy("with a passkey"),
    "app": gettext_lazy("with the authenticator app"),
    "recovery_code": gettext_lazy("with a recovery code"),
    "wait": gettext_lazy("after the waiting time"),
}
_BROWSERS: Words = {"": gettext_lazy("unknown browser")}  # it said nothing of itself that we know
_BY: Words = {"owner": gettext_lazy("by the owner"), "contact": gettext_lazy("by that person")}
_CHANGES: Words = {
    "another_person": pgettext_lazy("change", "another person"),
    "to_organisation": pgettext_lazy("change", "from a person to an organisation"),
    "renamed": pgettext_lazy("change", "new name of the organisation"),
    "another_organisation": pgettext_lazy("change", "another organisation"),
}
_PURPOSES: Words = {
    "verification": pgettext_lazy("agreement", "a verification"),
    "student": pgettext_lazy("agreement", "that somebody is a student"),
}
_METHODS: Words = {
    "bank_card": pgettext_lazy("method", "bank card"),
    "face": pgettext_lazy("method", "face"),
    "document": pgettext_lazy("method", "identity document"),
    "in_person": pgettext_lazy("method", "in person"),
    "bank_account": pgettext_lazy("method", "company bank account"),
    "papers": pgettext_lazy("method", "company papers"),
}
_MARKS: Words = {
    "finance": pgettext_lazy("mark", "finance zone"),
    "hcs": pgettext_lazy("mark", "HCS"),
    "partner": pgettext_lazy("mark", "partner"),
    "internal": pgettext_lazy("mark", "internal employee"),
    "official_site": pgettext_lazy("mark", "official site"),
}
# By the name of the fact.
CODED: Mapping[str, Words] = {
    "kind": _KINDS,
    "way": _WAYS,
    "change": _CHANGES,
    "reason": {**_REASONS, **_HOLDS, **_ENDINGS},
    "hold": _HOLDS,
    "mark": _MARKS,
    "quota": _QUOTAS,
    "site": _SITES,
    "remedy": _REMEDIES,
    "happened": _HAPPENINGS,
    "because": _CLOSINGS,
    "browser": _BROWSERS,
}
# By the name of the event, where a fact's name alone does not tell what its codes mean.
CODED_IN: Mapping[str, Mapping[str, Words]] = {
    "accounts:sign_in_check:changed": {"before": _CHECKS, "after": _CHECKS},
    "policy:check:changed": {"check": _LEAST_CHECKS},
    "recovery:account:chosen": {"way": _RECOVERY_PROOFS},
    "recovery:further:shown": {"way": _RECOVERY_PROOFS},
    "recovery:password:set": {"way": _RECOVERY_PROOFS},
    "recovery:contact:removed": {"by": _BY},
    "realname:agreement:given": {"purpose": _PURPOSES},
    "realname:agreement:withdrawn": {"purpose": _PURPOSES},
    "realname:partner:received": {"method": _METHODS},
    "signin:owner:proven": {"action": _TASKS, "way": _PROOFS},
}

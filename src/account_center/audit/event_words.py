"""Every event of the product as a sentence, for its owner and for staff. Rooms above name their events; the words are here."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SENTENCES: Mapping[str, str | Promise] = {
    "accounts:account:opened": gettext_lazy("The account was opened ({kind})."),
    "accounts:account:deleted": gettext_lazy("The owner deleted the account."),
    "accounts:account:upgraded": gettext_lazy("The legacy account {before} became the ID account {after}."),
    "accounts:email:bound": gettext_lazy("The e-mail address {email} was bound."),
    "accounts:email:changed": gettext_lazy("The e-mail address was changed to {email}."),
    "accounts:name:changed": gettext_lazy("The account name was changed from {before} to {after}."),
    "accounts:news:subscribed": gettext_lazy("News by e-mail was switched on for {email}."),
    "accounts:news:unsubscribed": gettext_lazy("News by e-mail was switched off for {email}."),
    "accounts:password:changed": gettext_lazy("The password was changed; all other sessions ended."),
    "accounts:sessions:ended": gettext_lazy("All sessions and trusted devices of the account were ended."),
    "accounts:trust:ended": gettext_lazy("No device is trusted any more ({reason})."),
    "accounts:sign_in_check:changed": gettext_lazy("The check at sign-in was changed from {before} to {after}."),
    "accounts:phone:changed": gettext_lazy("The phone number was changed to {phone}."),
    "accounts:phone:unbound": gettext_lazy("The phone number {phone} was taken off the account."),
    "accounts:phone_quota:raised": gettext_lazy("The phone {phone} may carry {allowed} accounts."),
    "audit:history:exported": gettext_lazy("The history from {since} to {until} was saved as a file ({format})."),
    "audit:installation:restored": gettext_lazy(
        "The installation came back from a backup whose last event is of {newest_event}."
    ),
    "clients:client:disabled": gettext_lazy("The service {client} was shut out."),
    "clients:client:registered": gettext_lazy("The service {client} was registered."),
    "clients:scopes:changed": gettext_lazy("The service {client} may do from now on: {scopes}."),
    "clients:signing_key:made": gettext_lazy("A key to sign requests with was made for the service {client}."),
    "clients:token:issued": gettext_lazy("A service got an access token."),
    "clients:token:refused": gettext_lazy("A service was refused an access token."),
    "console:chain:checked": gettext_lazy("The event chain was checked."),
    "console:contact:looked_at": gettext_lazy("Staff looked at the contact data in full. {reason} {note}"),
    "console:country:explained": gettext_lazy("The reason for the tenant's new country {country}: {reason} {note}"),
    "console:customer:looked_at": gettext_lazy("Staff opened the customer's page."),
    "console:customer:searched": gettext_lazy("Staff searched by {kind} and found {hits}."),
    "console:history:looked_at": gettext_lazy("Staff looked at the customer's history."),
    "console:hold:explained": gettext_lazy("The reason for the change of the hold {hold}: {reason} {note}"),
    "console:job:revived": gettext_lazy("Staff let the background job {job} run again."),
    "console:names:sent": gettext_lazy(
        "The {names} account names of the phone {phone} were sent to it. {reason} {note}"
    ),
    "console:networks:explained": gettext_lazy("The reason for taking away the list of networks: {reason} {note}"),
    "console:quota:raised": gettext_lazy("A limit was raised: {quota}, now {allowed}. {reason} {note}"),
    "onboarding:activation:refused": gettext_lazy("Activating the cloud was refused: {code}"),
    "onboarding:upgrade:refused": gettext_lazy("Upgrading the legacy account was refused: {code}"),
    "plumbing:key:added": gettext_lazy("The key {key} was added to the key file."),
    "plumbing:key:removed": gettext_lazy("The key {key} was taken out of the key file."),
    "plumbing:keys:rotated": gettext_lazy("{rows} sealed records were brought under the key {key}."),
    "policy:check:changed": gettext_lazy("What every sign-in must at least ask for was changed to: {check}."),
    "policy:networks:changed": gettext_lazy("The list of networks for signing in was changed; entries: {entries}."),
    "policy:networks:lifted": gettext_lazy("Staff took away the list of networks. Proof: {proof}"),
    "policy:passwords:changed": gettext_lazy(
        "The rules for passwords were changed: they count {days} days (0: for ever), {history} old ones are barred, each stays {min_hours} hours at least."
    ),
    "policy:session:changed": gettext_lazy(
        "The time without use after which sessions end was changed; minutes: {minutes} (0: the operator's)."
    ),
    "policy:way_back:closed": gettext_lazy("The way back past the list of networks was closed."),
    "policy:way_back:opened": gettext_lazy(
        "A way back past the list of networks was opened from {address} for {minutes} minutes."
    ),
    "privacy:copy:taken": gettext_lazy("A copy of the data was taken."),
    "privacy:deletion:refused": gettext_lazy("Deleting the account was refused: {code}"),
    "realname:application:approved": gettext_lazy("The verification {reference} was approved ({way})."),
    "realname:handover:taken": gettext_lazy("A phone opened the link of the verification {reference}."),
    "realname:handover:another_picture": gettext_lazy(
        "The face picture for the verification {reference} could not be used; the phone takes another one. {refusal}"
    ),
    "realname:handover:renewed": gettext_lazy("A new code was shown for the verification {reference}."),
    "realname:handover:disowned": gettext_lazy(
        "At the phone, somebody said that the verification {reference} is not theirs. It ended."
    ),
    "realname:verification:changed": gettext_lazy(
        "The verification was changed ({change}); {reference} counts instead of {before}."
    ),
    "realname:transfer:sent": gettext_lazy("The transfer of the verification {reference} was sent."),
    "realname:transfer:held_back": gettext_lazy(
        "The transfer of the verification {reference} may have been made already, so it is not made again."
    ),
    "realname:transfer:credited": gettext_lazy("The transfer of the verification {reference} arrived, says the bank."),
    "realname:transfer:returned": gettext_lazy(
        "The bank returned the transfer of the verification {reference}. {refusal}"
    ),
    "realname:transfer:wrong_amount": gettext_lazy(
        "A wrong amount was typed for the verification {reference}; {left} tries are left."
    ),
    "realname:application:asked_again": gettext_lazy("Other pictures were asked for: {reference} ({way})."),
    "realname:application:handed_to_staff": gettext_lazy("The verification {reference} went to staff ({way})."),
    "realname:application:sent_again": gettext_lazy("The pictures asked for were sent: {reference} ({way})."),
    "realname:application:typed_shown": gettext_lazy("What was typed for {reference} was put into a new form ({way})."),
    "realname:agreement:given": gettext_lazy("The customer agreed that {site} sends one result ({purpose})."),
    "realname:agreement:withdrawn": gettext_lazy("The agreement that {site} sends a result was withdrawn ({purpose})."),
    "realname:partner:received": gettext_lazy(
        "{site} sent its verification of {verified_on} under {site_reference} ({method}): {reference}."
    ),
    "realname:partner:refused": gettext_lazy("What {site} sent under {site_reference} was not taken over. {refusal}"),
    "realname:student:given": gettext_lazy("Counts as a student until {until}. {site}{ticket} {evidence}"),
    "realname:student:ended": gettext_lazy("The student status was taken back. {because}"),
    "realname:application:reopened": gettext_lazy("The refused verification {reference} was taken up again ({way})."),
    "realname:legal_hold:placed": gettext_lazy("A legal hold was placed on the verification {reference}: {order}"),
    "realname:legal_hold:lifted": gettext_lazy("The legal hold on the verification {reference} was lifted: {order}"),
    "realname:review:claimed": gettext_lazy("Staff took up the verification {reference}."),
    "realname:review:released": gettext_lazy("Staff gave the verification {reference} back to the queue."),
    "realname:review:looked": gettext_lazy("Staff looked at what the verification {reference} states."),
    "realname:review:picture_opened": gettext_lazy(
        "Staff looked at a picture of the verification {reference}: {slot}."
    ),
    "realname:application:begun": gettext_lazy("A verification was begun: {reference} ({way})."),
    "realname:application:cancelled": gettext_lazy("The customer gave up the verification {reference} ({way})."),
    "realname:application:lapsed": gettext_lazy("The verification {reference} ended without a decision ({way})."),
    "realname:application:refused": gettext_lazy("The verification {reference} was refused ({way}). {refusal}"),
    "realname:application:submitted": gettext_lazy("The verification {reference} was submitted ({way})."),
    "realname:organisation_quota:raised": gettext_lazy(
        "The organisation {document} may verify {allowed} tenants. {reason}"
    ),
    "realname:branches:imported": gettext_lazy(
        "The list of banks' branches was imported: {total}, of which {added} new, {changed} changed; {removed} removed."
    ),
    "realname:card_quota:raised": gettext_lazy("The bank card {document} may verify {allowed} tenants. {reason}"),
    "realname:account_quota:raised": gettext_lazy("The bank account {document} may be tried {allowed} times. {reason}"),
    "realname:person_quota:raised": gettext_lazy(
        "The person with the document {document} may stand behind {allowed} tenants."
    ),
    "recovery:account:chosen": gettext_lazy("A forgotten password was begun, with a code ({way})."),
    "recovery:contact:asked": gettext_lazy("The emergency contact {contact} was asked to confirm a new password."),
    "recovery:contact:confirmed": gettext_lazy("The emergency contact {contact} agreed."),
    "recovery:contact:named": gettext_lazy("The emergency contact {contact} was named."),
    "recovery:contact:removed": gettext_lazy("The emergency contact {contact} was removed ({by})."),
    "recovery:further:shown": gettext_lazy("For the new password a new device was proven ({way})."),
    "recovery:password:set": gettext_lazy(
        "A new password was set after a forgotten one ({way}); everything else ended."
    ),
    "recovery:wait:begun": gettext_lazy("A waiting time for a new password was begun on a new device."),
    "recovery:wait:stopped": gettext_lazy("The new password that was asked for was stopped."),
    "signin:code:wrong": gettext_lazy("A wrong code was typed after the right password."),
    "signin:device:trusted": gettext_lazy("A device was trusted: {browser}."),
    "signin:device:trust_ended": gettext_lazy("A device is not trusted any more: {browser}."),
    "signin:app_session:ended": gettext_lazy("The app was signed out ({app})."),
    "signin:app_session:token_reused": gettext_lazy(
        "The app was signed out ({app}), because its sign-in was used from two places; the second one was {address}."
    ),
    "signin:network:refused": gettext_lazy(
        "A sign-in was refused after everything had been shown: it came from a network that the security policy does not allow."
    ),
    "signin:password:wrong": gettext_lazy("A wrong password was typed."),
    "signin:owner:proven": gettext_lazy("It was shown again who it is, for one task: {action} ({way})."),
    "signin:passkey:added": gettext_lazy("The passkey “{name}” was added."),
    "signin:passkey:copied": gettext_lazy("The passkey “{name}” was refused, because it seems to have been copied."),
    "signin:passkey:removed": gettext_lazy("The passkey “{name}” was removed."),
    "signin:passkey:renamed": gettext_lazy("A passkey is now called “{name}”."),
    "signin:passkey:wrong": gettext_lazy("A passkey's answer was not accepted."),
    "signin:recovery_code:used": gettext_lazy("A recovery code was used; {left} are left."),
    "signin:recovery_code:wrong": gettext_lazy("A wrong recovery code was typed."),
    "signin:recovery_codes:made": gettext_lazy("A new set of {codes} recovery codes was made."),
    "signin:second_factor:added": gettext_lazy("An authenticator app was set up."),
    "signin:second_factors:forgotten": gettext_lazy(
        "The authenticator app, the passkeys and the recovery codes were removed after an appeal."
    ),
    "signin:second_factor:removed": gettext_lazy("The authenticator app was removed."),
    "signin:second_factor:wrong": gettext_lazy("A wrong code of the authenticator app was typed."),
    "signin:session:ended": gettext_lazy("Signed out."),
    "signin:session:ended_by_owner": gettext_lazy("Sessions were ended from the list: {sessions}."),
    "signin:session:disowned": gettext_lazy("The owner said of a sign-in: this was not me ({address}, {browser})."),
    "signin:session:unusual": gettext_lazy("A sign-in looked unusual, and the owner was told: {place}."),
    "signin:session:started": gettext_lazy("Signed in ({ways})."),
    "standing:hold:lifted": gettext_lazy("A hold was lifted: {reason}."),
    "standing:hold:placed": gettext_lazy("A hold was placed: {reason}."),
    "standing:kind:declared": gettext_lazy("The customer says who he is: {kind}."),
    "support:appeal:matched": gettext_lazy("The appeal {reference} was found to be about this account."),
    "support:appeal:objected": gettext_lazy("It was said of {reference}: this was not me."),
    "support:appeal:opened": gettext_lazy("An appeal was begun: {reference} ({happened}), contact {contact}."),
    "support:picture:looked_at": gettext_lazy("Support staff opened a picture of the ticket {reference}."),
    "support:remedy:approved": gettext_lazy("A second person approved in {reference}: {remedy}."),
    "support:remedy:done": gettext_lazy("Done, as approved in {reference}: {remedy}."),
    "support:remedy:failed": gettext_lazy("Could not be done in {reference}: {remedy}. {code}"),
    "support:remedy:proposed": gettext_lazy("Support staff proposed in {reference}: {remedy}."),
    "support:remedy:refused": gettext_lazy("A second person refused in {reference}: {remedy}."),
    "support:ticket:answered": gettext_lazy("Support answered the ticket {reference}."),
    "support:ticket:claimed": gettext_lazy("A member of staff took the ticket {reference}."),
    "support:ticket:closed": gettext_lazy("The ticket {reference} was closed: {because}."),
    "support:ticket:looked_at": gettext_lazy("Support staff read the ticket {reference}."),
    "support:proposal:proposed": gettext_lazy("Staff proposed: {quota}, {subject}. {reason} {note}"),
    "support:proposal:approved": gettext_lazy("A second member of staff agreed with {by}: {quota}, {subject}."),
    "support:proposal:refused": gettext_lazy("A second member of staff did not agree: {quota}, {subject}. {note}"),
    "support:proposal:withdrawn": gettext_lazy("Staff withdrew the proposal: {quota}, {subject}."),
    "support:proposal:expired": gettext_lazy("Nobody decided on the proposal in time: {quota}, {subject}."),
    "support:ticket:noted": gettext_lazy("Support staff wrote a note in the ticket {reference}."),
    "support:ticket:opened": gettext_lazy("The ticket {reference} was opened."),
    "support:ticket:picture_added": gettext_lazy("A picture was added to the ticket {reference}."),
    "support:ticket:released": gettext_lazy("A member of staff let the ticket {reference} go."),
    "support:ticket:reopened": gettext_lazy("The ticket {reference} was taken up again."),
    "support:ticket:written": gettext_lazy("A message was added to the ticket {reference}."),
    "tenants:country:changed": gettext_lazy(
        "The tenant's country was changed from {before_country} to {after_country}. Proof: {proof}"
    ),
    "tenants:organisation_name:stated": gettext_lazy("The name of the organisation was edited."),
    "tenants:mark:cleared": gettext_lazy("A mark was taken off the tenant: {mark}. {reason}"),
    "tenants:mark:set": gettext_lazy("The tenant was marked: {mark}. {reason}"),
    "tenants:name:changed": gettext_lazy("The tenant name was changed from {before} to {after}."),
    "tenants:phone_quota:raised": gettext_lazy("The phone {phone} may stand behind {allowed} tenants."),
    "tenants:tenant:opened": gettext_lazy("The cloud was activated: tenant {tenant}, {site}."),
}
# What the owner reads instead: what staff wrote for staff, and why they looked, stays with staff.
TO_OWNER: Mapping[str, str | Promise] = {
    "support:proposal:proposed": gettext_lazy("Support staff proposed: {quota}, {subject}."),
    "support:proposal:approved": gettext_lazy("A second member of staff agreed: {quota}, {subject}."),
    "support:proposal:refused": gettext_lazy("A second member of staff did not agree: {quota}, {subject}."),
    "support:ticket:noted": gettext_lazy("Support staff worked on the ticket {reference}."),
    "console:contact:looked_at": gettext_lazy("Support staff saw the contact data in full."),
    "console:country:explained": gettext_lazy("Support staff gave the reason for the tenant's new country {country}."),
    "console:customer:looked_at": gettext_lazy("Support staff opened the page of the account."),
    "console:history:looked_at": gettext_lazy("Support staff looked at this history."),
    "console:hold:explained": gettext_lazy("Support staff gave the reason for the change of the hold {hold}."),
    "console:names:sent": gettext_lazy("Support staff had the {names} account names of the phone {phone} sent to it."),
    "console:networks:explained": gettext_lazy("Support staff gave the reason for taking away the list of networks."),
    "console:quota:raised": gettext_lazy("A limit was raised: {quota}, now {allowed}."),
    "policy:networks:lifted": gettext_lazy("Support staff took away the list of networks from which one may sign in."),
    "realname:application:cancelled": gettext_lazy("The verification {reference} was given up ({way})."),
    "standing:kind:declared": gettext_lazy("Declared for whom the cloud is used: {kind}."),
    "tenants:country:changed": gettext_lazy(
        "The tenant's country was changed from {before_country} to {after_country}."
    ),
}

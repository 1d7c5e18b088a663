"""Refusals about what trusted sites tell us (2.4.10, 2.1.16), and about internal employees (2.1.23)."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Invalid, NotAllowed, NotFound, Refused, TooOften
from account_center.plumbing.wording import Way, Wording, words
from account_center.realname.partner_rules import REGISTER_DISAGREES

NEW_CODE = Way(_("Make a new code"), "portal:partner_sites")
OVERVIEW = Way(_("Real-name verification"), "portal:verification")
SITES = Way(_("Choose another site"), "portal:partner_sites")
PAPERS = Way(_("Verify by papers here"), "portal:organisation")
STUDENT = Way(_("Prove that you are a student"), "portal:student")
TICKET = Way(_("Open a ticket"), "portal:support")
SUPPORT = Way(_("Ask support"), "portal:support")
INTERNAL = "realname.internal_employee"
COMPANY_FAILED = "realname.enterprise_failed"


class SiteNotTrusted(NotFound):
    code = "realname.site_not_trusted"


class TooManyAgreements(TooOften):
    code = "realname.too_many_agreements"


class NoAgreement(NotAllowed):
    code = "realname.no_agreement"


class TooManyWrongCodes(TooOften):
    code = "realname.too_many_wrong_codes"


class OtherContent(Refused):
    code = "realname.other_content"


class VerifiedThere(Refused):
    code = "realname.verified_already_as_stated"


class VerifiedAsAnother(Refused):
    code = "realname.verified_as_another"


class VerifiedInFuture(Invalid):
    code = "realname.verified_in_future"


class KindMissing(Invalid):
    code = "realname.kind_of_document"


class TenantBusy(Refused):
    code = "realname.tenant_busy"


class InternalEmployee(Refused):
    code = "realname.internal_employee"


class NotVerifiedYet(Refused):
    code = "realname.student_not_verified"


class NotAPerson(Refused):
    code = "realname.student_not_individual"


class AnotherStudent(Refused):
    code = "realname.another_student"


class BadSchool(Invalid):
    code = "realname.bad_school"


class StudyOver(Invalid):
    code = "realname.study_over"


class StudyTooLong(Invalid):
    code = "realname.study_too_long"


class TicketMissing(Invalid):
    code = "realname.ticket_missing"


class EvidenceMissing(Invalid):
    code = "realname.evidence_missing"


class NoStudentStatus(NotFound):
    code = "realname.no_student_status"


class OnlyStaff(NotAllowed):
    code = "realname.only_staff"


words(
    {
        SiteNotTrusted: Wording(
            what=_("We take nothing over from this site."),
            why=_("Only sites that the operator trusts may tell us who somebody is, and that trust can end."),
            todo=_("Choose a site from the list, or verify yourself here."),
            ways=(SITES, OVERVIEW),
            ticket="realname.question",
            faq="2.4.10",
        ),
        TooManyAgreements: Wording(
            what=_("Today's {limit} agreements are used up."),
            why=_("Each agreement lets another site tell us something once; nobody needs so many in a day."),
            todo=_("Use the code you have, or try again tomorrow."),
            ways=(OVERVIEW, SUPPORT),
            ticket="realname.question",
            faq="2.4.10",
        ),
        NoAgreement: Wording(
            what=_("The customer has not agreed to this, or no longer."),
            why=_(
                "A result is taken only with a code that this tenant's owner made for your site and this purpose; a code counts once and for some days."
            ),
            todo=_("Ask the customer for a new code from the account center, and compare the tenant ID."),
            faq="2.4.10",
        ),
        TooManyWrongCodes: Wording(
            what=_("Too many wrong agreement codes came from your site."),
            why=_("They are counted per hour, so that nobody finds a code by trying."),
            todo=_("Ask the customer for the code again, and send it in {minutes} minutes."),
            faq="2.4.10",
        ),
        OtherContent: Wording(
            what=_("Your reference {reference} was used before, for something else."),
            why=_("One reference stands for one result; sending it again is fine only if nothing in it differs."),
            todo=_("Send another result under a new reference. What was taken before stays as it is."),
            faq="2.4.10",
        ),
        VerifiedThere: Wording(
            what=_("This tenant is verified as exactly this already."),
            why=_("There is nothing to take over: a verification is made once and holds."),
            todo=_("Nothing has to be done."),
            faq="2.4.10",
        ),
        VerifiedAsAnother: Wording(
            what=_("This tenant is verified as somebody else."),
            why=_("A verification is changed by the tenant's owner, with fresh proof, and never by another site."),
            todo=_("Tell the customer to change the verification in the account center."),
            ways=(OVERVIEW,),
            faq="2.4.4",
        ),
        VerifiedInFuture: Wording(
            what=_("The day of the verification lies in the future."),
            todo=_("Send the day on which your site verified the customer, as YYYY-MM-DD."),
            faq="2.4.10",
        ),
        KindMissing: Wording(
            what=_("This is not the number of a resident identity card."),
            why=_("It belongs to {document}."),
            todo=_("Send the kind of the document along with its number."),
            faq="2.4.10",
        ),
        TenantBusy: Wording(
            what=_("Another verification of this tenant is being checked."),
            why=_("One at a time: which of two would count could not be said."),
            todo=_("Send the result again when the other one is decided; the customer's agreement stays until then."),
            ways=(OVERVIEW,),
            faq="2.4.10",
        ),
        REGISTER_DISAGREES: Wording(
            what=_("The public register names the organisation or its legal representative differently."),
            why=_("What the partner site sent does not agree with the register, so it cannot be taken over."),
            todo=_(
                "Have the data corrected at the partner site and make it a new code, or verify the organisation here by its papers."
            ),
            ways=(PAPERS, NEW_CODE, SUPPORT),
            ticket=COMPANY_FAILED,
            faq="2.4.10",
        ),
        InternalEmployee: Wording(
            what=_("The verification of the operator's employees is arranged by ticket."),
            why=_(
                "This tenant is marked as that of an employee, or of somebody who works for the operator through another company; the usual ways are not for it."
            ),
            todo=_("Open a ticket: support tells you how it goes on. If the mark is wrong, say so there."),
            ways=(TICKET,),
            ticket=INTERNAL,
            faq="2.1.23",
        ),
        NotVerifiedYet: Wording(
            what=_("This tenant is not verified yet."),
            why=_("A student status belongs to a person, so it has to be known first who that person is."),
            todo=_("Verify the tenant as an individual first; then prove that its owner is a student."),
            ways=(OVERVIEW,),
            faq="2.1.16",
        ),
        NotAPerson: Wording(
            what=_("This tenant is verified as an organisation."),
            why=_("Only a person can be a student."),
            todo=_("Use an ID account that is verified as the student."),
            ways=(OVERVIEW,),
            faq="2.1.16",
        ),
        AnotherStudent: Wording(
            what=_("The student is not the person this tenant is verified as."),
            why=_("A student status counts for the student's own tenant only."),
            todo=_("Compare the tenant ID and the identity number; the student uses an own ID account."),
            faq="2.1.16",
        ),
        BadSchool: Wording(
            what=_("The name of the school is missing or too long."),
            why=_("It may have {most} characters."),
            todo=_("Type the school's full name."),
            faq="2.1.16",
        ),
        StudyOver: Wording(
            what=_("The student status would have ended already."),
            why=_("It counts up to and including the day that is named, and that day is past."),
            todo=_("Name the last day of the studies as the school states it."),
            faq="2.1.16",
        ),
        StudyTooLong: Wording(
            what=_("The student status would count for too long."),
            why=_("It may reach {days} days ahead; after that it is proven again."),
            todo=_("Name an earlier day."),
            faq="2.1.16",
        ),
        TicketMissing: Wording(
            what=_("The number of the ticket is missing or is not one."),
            why=_("Staff give a student status only for a ticket in which it was asked for."),
            todo=_("Type the number as it stands in the ticket, such as TK2345ABCD."),
            faq="2.1.16",
        ),
        EvidenceMissing: Wording(
            what=_("What proves it is missing."),
            why=_("Whoever looks at it later has to see why the status was given or taken back."),
            todo=_("Say in a few words what you saw, without personal data."),
            faq="2.1.16",
        ),
        NoStudentStatus: Wording(
            what=_("There is no student status that could be taken back."),
            why=_("None was given, or it has ended."),
            todo=_("Look at the customer's page again."),
            faq="2.1.16",
        ),
        OnlyStaff: Wording(
            what=_("Only staff can do this."),
            todo=_("Open a ticket."),
            ways=(SUPPORT,),
            ticket="realname.student",
        ),
    }
)

"""Refusals of the realname room: every cause has its own words and its own way out (2.1.9, 2.1.12)."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from account_center.kit.bank_account import AccountProblem
from account_center.kit.bank_card import CardProblem
from account_center.kit.organisation_code import CodeProblem
from account_center.kit.refused import Busy, Invalid, NotAllowed, NotFound, Refused, TooOften
from account_center.kit.resident_id import IdProblem
from account_center.kit.travel_document import DocumentProblem
from account_center.plumbing.wording import Way, Wording, wording_of, words

AGAIN = Way(_("Correct and submit again"), "portal:bank_card")
OVERVIEW = Way(_("Real-name verification"), "portal:verification")
THIS = Way(_("See this application"), "portal:verification_application", ("{reference}",))
QUEUE = Way(_("To the review queue"), "console:reviews")
DOCUMENT = Way(_("Submit a document again"), "portal:document")
SCAN = Way(_("Verify by scan with the phone"), "portal:scan")
CARD = Way(_("Verify by bank card"), "portal:bank_card")
SUPPORT = Way(_("Ask support"), "portal:support")
LIMIT = Way(_("Ask for a higher limit"), "portal:ticket_limit")
PAPERS = Way(_("Submit the papers again"), "portal:organisation")
ACCOUNT = Way(_("Verify by the company's bank account"), "portal:bank_account")
CHANGE = Way(_("Change the verification"), "portal:change")
LETTER = Way(_("Letter of authorisation to print"), "portal:paper_form", ("letter",))
FORMS = Way(_("Forms to print"), "portal:paper_forms")
FAILED = "realname.individual_failed"
COMPANY_FAILED = "realname.enterprise_failed"


class BadPersonName(Invalid):
    code = "realname.bad_name"


class BadIdNumber(Invalid):
    code = "realname.bad_id_number"


class OtherDocument(Invalid):
    code = "realname.other_document"


class BadCardNumber(Invalid):
    code = "realname.bad_card"


class NotMainlandCard(Invalid):
    code = "realname.not_mainland_card"


class BadCardPhone(Invalid):
    code = "realname.bad_phone"


class ConsentMissing(Invalid):
    code = "realname.consent_missing"


class FaceMissing(Invalid):
    code = "realname.face_missing"


class TooYoung(Refused):
    code = "realname.too_young"


class PersonFull(Refused):
    code = "realname.person_full"


class CardFull(Refused):
    code = "realname.card_full"


class AlreadyVerified(Refused):
    code = "realname.already_verified"


class BeingChecked(Refused):
    code = "realname.being_checked"


class TooManyTries(TooOften):
    code = "realname.too_many_tries"


class NoSuchApplication(NotFound):
    code = "realname.no_such_application"


class ApplicationIsOver(Refused):
    """Give ``reference`` where the application's own page says more: how it ended, and the way on."""

    code = "realname.application_is_over"


class CaseIsOver(ApplicationIsOver):
    """The same for a reviewer."""

    code = "realname.case_is_over"


class BirthDateMissing(Invalid):
    code = "realname.birth_date_missing"


class BadDocumentTyped(Invalid):
    code = "realname.bad_document_number"


class UseCardOrScan(Invalid):
    code = "realname.use_card_or_scan"


class IssuedInChina(Invalid):
    """A passport or driving licence that the mainland issued."""

    code = "realname.issued_in_china"


class ExpiredDocument(Invalid):
    code = "realname.expired_document"


class PictureMissing(Invalid):
    code = "realname.picture_missing"


class PictureStillMissing(Invalid):
    code = "realname.picture_still_missing"


class BadOrganisationName(Invalid):
    code = "realname.bad_organisation_name"


class BadOrganisationNumber(Invalid):
    code = "realname.bad_organisation_number"


class OtherCertificate(Invalid):
    code = "realname.other_certificate"


class RegisteredInChina(Invalid):
    """An organisation that is said to be from abroad, and registered in the mainland."""

    code = "realname.registered_in_china"


class OrganisationFull(Refused):
    code = "realname.organisation_full"


class PaperMissing(Invalid):
    code = "realname.paper_missing"


class PaperCharacterMissing(Refused):
    code = "realname.paper_character_missing"


class TooManyPapers(TooOften):
    code = "realname.too_many_papers"


class PapersBusy(Busy):
    code = "realname.papers_busy"


class LetterMissing(Invalid):
    code = "realname.letter_missing"


class PapersConsentMissing(Invalid):
    code = "realname.papers_consent_missing"


class OnlyReviewers(NotAllowed):
    code = "realname.only_reviewers"


class CaseTaken(Refused):
    code = "realname.case_taken"


class NotYourOwnCase(NotAllowed):
    code = "realname.not_your_own_case"


class VerdictMissing(Invalid):
    code = "realname.verdict_missing"


class CannotReopen(Refused):
    """Not refused, or by a way on which staff do not look."""

    code = "realname.cannot_reopen"


class NothingLeftToReview(Refused):
    code = "realname.nothing_left_to_review"


class NoSuchLegalHold(NotFound):
    code = "realname.no_such_legal_hold"


class LegalHoldThere(Refused):
    code = "realname.legal_hold_there"


_AGAIN_OR_TICKET = (AGAIN, SUPPORT)


def _picture(what: object, why: object, todo: object, faq: str = "2.1.12") -> Wording:
    return Wording(what=what, why=why, todo=todo, ways=(DOCUMENT, SUPPORT), ticket=FAILED, faq=faq)  # type: ignore[arg-type]


def _paper(what: object, why: object, todo: object, faq: str = "2.1.12") -> Wording:
    ways = (PAPERS, ACCOUNT, SUPPORT)
    return Wording(what=what, why=why, todo=todo, ways=ways, ticket=COMPANY_FAILED, faq=faq)  # type: ignore[arg-type]


def _answer(what: object, why: object, todo: object, faq: str = "2.1.12") -> Wording:
    return Wording(what=what, why=why, todo=todo, ways=_AGAIN_OR_TICKET, ticket=FAILED, faq=faq)  # type: ignore[arg-type]


words(
    {
        BadPersonName: Wording(
            what=_("This is not a name as it stands in an identity document."),
            why=_("{problem}"),
            todo=_("Type the name exactly as printed, without titles."),
            faq="2.1.9",
        ),
        BadIdNumber: Wording(
            what=_("This is not a resident identity number."),
            why=_("{problem}"),
            todo=_("Type the 18 characters of your resident identity card; the last may be an X."),
            faq="2.1.9",
        ),
        OtherDocument: Wording(
            what=_("The bank-card way takes the mainland resident identity card only."),
            why=_("The number belongs to {document}. Banks compare cards with resident identity numbers only."),
            todo=_("Ask support how to be verified with this document."),
            ways=(OVERVIEW, SUPPORT),
            ticket=FAILED,
            faq="2.2.2",
        ),
        BadCardNumber: Wording(
            what=_("This is not a bank card number."),
            why=_("{problem}"),
            todo=_("Type the number on the front of the card. Spaces do not matter."),
            faq="2.1.9",
        ),
        NotMainlandCard: Wording(
            what=_("Only cards of mainland China banks can be used."),
            why=_(
                "The number belongs to a card issued elsewhere; overseas branches of mainland banks count as elsewhere."
            ),
            todo=_("Use a card of a mainland bank, or another way of verification."),
            ways=(OVERVIEW, SUPPORT),
            faq="2.2.1",
        ),
        BadCardPhone: Wording(
            what=_("A mainland China mobile number is needed here."),
            why=_("The bank knows its customers by the mobile number left with it. {problem}"),
            todo=_("Type the number that your bank has for this card."),
            faq="2.1.7",
        ),
        ConsentMissing: Wording(
            what=_("Your consent is missing."),
            why=_("We may use your identity data, and separately your face picture, only if you agree."),
            todo=_("Tick both boxes if you agree. If you do not want a face picture to be used, ask support."),
            ways=(SUPPORT,),
            faq="2.2.6",
        ),
        FaceMissing: Wording(
            what=_("A picture of your face is missing."),
            why=_(
                "Regulations ask that the person is compared with the identity document, so that nobody uses your card."
            ),
            todo=_("Take a picture with the camera or choose a file (JPEG, PNG or WebP)."),
            faq="2.2.6",
        ),
        TooYoung: Wording(
            what=_("Persons under {age} cannot be verified."),
            why=_(
                "The birth date in the identity number says so. Using somebody else's papers, also a parent's for a child or a child's for a parent, is forbidden."
            ),
            todo=_(
                "Come back on the day you turn {age}. An adult who wants to use the cloud verifies himself with his own papers."
            ),
            ways=(OVERVIEW,),
            faq="2.1.18",
        ),
        PersonFull: Wording(
            what=_("This identity number already verifies {used} accounts."),
            why=_("One person can verify {allowed} accounts."),
            todo=_("Use one of those accounts, or ask us or your customer manager for a higher limit."),
            ways=(LIMIT,),
            ticket="realname.quota",
            faq="2.2.9",
        ),
        CardFull: Wording(
            what=_("This bank card already verified {used} accounts."),
            why=_("One bank card can verify {allowed} accounts."),
            todo=_("Use another bank card of yours, or another way of verification."),
            ways=(AGAIN, OVERVIEW, LIMIT),
            ticket="realname.quota",
            faq="2.2.5",
        ),
        AlreadyVerified: Wording(
            what=_("This account is verified already."),
            why=_(
                "A verification cannot be removed, and the bank card behind it can neither be unbound nor exchanged. Nothing is ever charged to it, and cancelling the card changes nothing."
            ),
            todo=_("If the person behind the account changes, change the verification."),
            ways=(CHANGE, OVERVIEW),
            faq="2.1.14",
        ),
        BeingChecked: Wording(
            what=_("Your verification is being checked."),
            why=_("No answer has come yet; a second request at the same time would not be faster."),
            todo=_("Wait for the answer; the page follows by itself."),
            ways=(OVERVIEW,),
            faq="2.1.10",
        ),
        TooManyTries: Wording(
            what=_("Today's {limit} attempts are used up."),
            why=_("The limit protects people whose card or number somebody else tries out."),
            todo=_("Check name, number, card and phone, and try again tomorrow, or ask support."),
            ways=(SUPPORT,),
            ticket=FAILED,
            faq="2.1.9",
        ),
        NoSuchApplication: Wording(
            what=_("There is no such application."),
            todo=_("Look at the list of your applications."),
            ways=(OVERVIEW,),
            faq="2.1.12",
        ),
        ApplicationIsOver: Wording(
            what=_("This step of the application is over."),
            why=_("It was decided, withdrawn or sent on meanwhile, or it waited too long."),
            todo=_("See how it stands. If it led to nothing, begin another one, by the same way or a quicker one."),
            ways=(THIS, OVERVIEW),
            ticket="realname.question",
            faq="2.1.12",
        ),
        CaseIsOver: Wording(
            what=_("This case waits for nobody any more."),
            why=_("It was decided, or its customer withdrew it, while you looked."),
            todo=_("Take another one from the queue."),
            ways=(QUEUE,),
        ),
        BirthDateMissing: Wording(
            what=_("The date of birth is missing."),
            why=_("This document's number does not contain it, and persons under age cannot be verified."),
            todo=_("Type it as the document shows it."),
            faq="2.1.19",
        ),
        BadDocumentTyped: Wording(
            what=_("This is not the number of such a document."),
            why=_("{problem}"),
            todo=_("Choose the kind of document first, then type the number as printed."),
            faq="2.2.10",
        ),
        UseCardOrScan: Wording(
            what=_("The mainland resident identity card cannot be used here."),
            why=_("With it a scan with the phone or a bank card is answered at once, while staff would need days."),
            todo=_("Verify by scan or by bank card; no picture of the identity card is needed."),
            ways=(SCAN, CARD, OVERVIEW),
            faq="2.2.10",
        ),
        IssuedInChina: Wording(
            what=_("A passport or driving licence of mainland China cannot be used here."),
            why=_(
                "Only those of other countries and regions are taken. Residents of the mainland show their resident identity card, and that needs no staff."
            ),
            todo=_(
                "Choose the country that issued it, or verify with the resident identity card by scan or by bank card."
            ),
            ways=(SCAN, CARD, OVERVIEW),
            faq="2.2.10",
        ),
        ExpiredDocument: Wording(
            what=_("This document expired on {expired}."),
            why=_("Only a document that is valid today proves who you are."),
            todo=_("Use a valid document, or correct the date if it was mistyped."),
            faq="2.2.10",
        ),
        PictureMissing: Wording(
            what=_("A picture is missing."),
            why=_(
                "Staff can only decide on complete papers; without them, a scan or a bank card needs no pictures of papers."
            ),
            todo=_("Take the picture with the camera or choose a file; a paper may also be a PDF."),
            ways=(SCAN, CARD),
            faq="2.1.4",
        ),
        PictureStillMissing: Wording(
            what=_("This picture is missing."),
            why=_("Staff asked for it once more; everything else is there already."),
            todo=_("Take the picture with the camera or choose a file; a paper may also be a PDF."),
            faq="2.1.12",
        ),
        BadOrganisationName: Wording(
            what=_("This is not the name of an organisation."),
            why=_("{problem}"),
            todo=_("Type the full name exactly as the certificate shows it."),
            faq="2.3.24",
        ),
        BadOrganisationNumber: Wording(
            what=_("This is not the number of such a certificate."),
            why=_("{problem}"),
            todo=_("Choose the kind of certificate first, then type the number as printed."),
            faq="2.3.22",
        ),
        OtherCertificate: Wording(
            what=_("Organisations of this kind show another certificate."),
            why=_("Which papers count depends on what kind of organisation it is."),
            todo=_("Choose the kind of organisation, then one of the certificates offered for it."),
            faq="2.3.24",
        ),
        RegisteredInChina: Wording(
            what=_("An organisation from abroad is not registered in mainland China."),
            why=_("What is registered there has a certificate of its own, which the public register knows."),
            todo=_(
                "Choose the country where it is registered, or go back and choose the kind of organisation that it is."
            ),
            ways=(PAPERS, ACCOUNT, OVERVIEW),
            faq="2.3.24",
        ),
        OrganisationFull: Wording(
            what=_("This organisation already verifies {used} accounts."),
            why=_("One organisation can verify {allowed} accounts."),
            todo=_("Use one of those accounts, or ask us or your customer manager for a higher limit."),
            ways=(LIMIT,),
            ticket="realname.quota",
            faq="2.3.26",
        ),
        PaperMissing: Wording(
            what=_("A picture is missing."),
            why=_("An organisation shows true and complete papers; with a part of them nobody can decide."),
            todo=_(
                "Take the picture with the camera or choose a file, also a PDF. Without all papers at hand, verify by the company's bank account: it needs none."
            ),
            ways=(ACCOUNT,),
            faq="2.3.19",
        ),
        PaperCharacterMissing: Wording(
            what=_("This PDF cannot show every character: {characters}"),
            why=_("No font on our server has it, and a PDF with an empty box instead of it would be worth nothing."),
            todo=_(
                "Open the form as a page and print it from there, on paper or as PDF: your browser has fonts of its own. Or write by hand what is missing."
            ),
            ways=(FORMS,),
            faq="2.4.8",
        ),
        TooManyPapers: Wording(
            what=_("You have asked for many PDF files within one hour."),
            why=_("Each of them is made anew."),
            todo=_("Wait {minutes} min, or print the form from its page meanwhile."),
            ways=(FORMS,),
            faq="2.4.8",
        ),
        PapersBusy: Wording(
            what=_("The PDF could not be made at the moment."),
            why=_("Too many are being made, or making it took too long. Nothing was changed."),
            todo=_("Try again in a few seconds, or print the form from its page."),
            ways=(FORMS,),
            faq="2.4.8",
        ),
        LetterMissing: Wording(
            what=_("The letter of authorisation is missing."),
            why=_(
                "Whoever acts instead of the legal representative shows his own identity document and a letter with the company's seal."
            ),
            todo=_(
                "Print the letter, fill it in, have it sealed and send a picture of it. Without a letter, verify by the company's bank account."
            ),
            ways=(LETTER, ACCOUNT),
            faq="2.3.17",
        ),
        PapersConsentMissing: Wording(
            what=_("Your consent is missing."),
            why=_("We may use the papers, and the data of the persons named in them, only if you and they agree."),
            todo=_("Tick the box if you agree. The company's bank account needs no pictures of papers."),
            ways=(ACCOUNT,),
            faq="2.3.25",
        ),
        OnlyReviewers: Wording(
            what=_("Only reviewers decide on applications."),
            why=_("The papers of customers are shown to as few people as possible."),
            todo=_("Ask a colleague with this role."),
        ),
        CaseTaken: Wording(
            what=_("You do not have this case."),
            why=_(
                "A colleague has it, or you took it more than {minutes} minutes ago. Two people never decide on one case."
            ),
            todo=_("Take it from the queue, or take another one."),
        ),
        NotYourOwnCase: Wording(
            what=_("This is your own application."),
            why=_("Its account has the phone or the e-mail address of your staff account. Nobody decides on himself."),
            todo=_("Leave it to a colleague."),
        ),
        CannotReopen: Wording(
            what=_("This application cannot be taken up again."),
            why=_(
                "Only what staff can decide is taken up again: a refused document, or refused papers of an organisation. Everything else the customer simply tries anew."
            ),
            todo=_(
                "Ask the customer to verify again. Where an approved verification is in doubt, restrict the tenant with that reason."
            ),
            faq="2.1.12",
        ),
        NothingLeftToReview: Wording(
            what=_("Nothing is left to be looked at."),
            why=_("What was typed has been erased, as promised to the customer."),
            todo=_("Ask the customer to verify again."),
            faq="2.1.12",
        ),
        NoSuchLegalHold: Wording(
            what=_("There is no such legal hold."),
            why=_("It was lifted, or the address is wrong."),
            todo=_("Choose one from the list."),
            ways=(Way(_("To what is kept and erased"), "console:retention"),),
        ),
        LegalHoldThere: Wording(
            what=_("This application is under a legal hold already."),
            why=_("One hold keeps everything; two would have to be lifted twice."),
            todo=_("Add the further order as a note to the ticket, and lift the hold when all orders have ended."),
        ),
        VerdictMissing: Wording(
            what=_("Not every picture has its verdict."),
            why=_("A picture is fine, or it is not for a reason that the customer is told."),
            todo=_("Say of each picture whether it is fine, and choose the reason where it is not."),
        ),
        "realname.pictures_never_came": _picture(
            _("The pictures that were asked for again never came."),
            _("We waited for {days} days, then closed the application and erased what you had sent."),
            _("Submit again when you have the pictures, or choose a way that needs none."),
        ),
        "realname.picture_erased": _picture(
            _("The picture is needed once more."),
            _("Pictures are erased on a promised day. For this one it has come, or comes before staff have decided."),
            _("Send the same picture, or a better one."),
        ),
        "realname.picture_blurred": _picture(
            _("The picture is not sharp enough."),
            _("The writing cannot be read."),
            _("Put the document on a flat surface in daylight and take the picture from straight above."),
        ),
        "realname.picture_cut_off": _picture(
            _("A part of the document is cut off."),
            _("All four corners must be in the picture."),
            _("Take the picture from a little further away."),
        ),
        "realname.picture_reflection": _picture(
            _("A reflection covers a part of the document."),
            _("What it covers cannot be read."),
            _("Turn away from the lamp, and take the picture without flash."),
        ),
        "realname.picture_other_side": _picture(
            _("This is another side of the document."),
            _("Each side is asked for by itself."),
            _("Send the side named at the picture."),
        ),
        "realname.picture_expired": _picture(
            _("The document has expired."),
            _("The picture shows an expiry date that has passed."),
            _("Use a valid document."),
        ),
        "realname.picture_other_name": _picture(
            _("The name in the picture is not the one typed."),
            _("Both must agree, letter by letter."),
            _("Submit again with the name exactly as printed, or with the picture of the right document."),
        ),
        "realname.picture_other_number": _picture(
            _("The number in the picture is not the one typed."),
            _("Both must agree."),
            _("Submit again with the number exactly as printed."),
        ),
        "realname.picture_purpose": _picture(
            _("The document is marked for another purpose."),
            _("A purpose written on a document counts only if it names {operator}."),
            _("Send a picture without the mark, or with a mark that names {operator}."),
            "2.1.8",
        ),
        "realname.picture_not_the_original": _picture(
            _("This is a picture of a screen or of a copy."),
            _("Only the original shows whether a document is genuine."),
            _("Take a picture of the document itself."),
        ),
        "realname.picture_holder_unclear": _picture(
            _("The person holding the document cannot be seen clearly."),
            _("Face and document must both be in the picture and sharp."),
            _("Hold the document beside your face, with light from the front."),
        ),
        "realname.picture_not_this_document": _picture(
            _("The picture shows another document."),
            _("It is not of the kind that was chosen."),
            _("Choose the kind of the document you have, and submit again."),
        ),
        "realname.picture_another_person_holds": _picture(
            _("Another person holds the document."),
            _(
                "Whoever is verified must show himself with his own document. Using somebody else's papers is forbidden."
            ),
            _("The person named in the document verifies his own account."),
        ),
        "realname.picture_forged": replace(
            _picture(
                _("The document is not accepted as genuine."),
                _("The picture shows signs of changes."),
                _("If this is wrong, ask support with the reference number; somebody else will look again."),
            ),
            ways=(SUPPORT, DOCUMENT),
        ),
        "realname.organisation_cancelled": Wording(
            what=_("This organisation is cancelled, or its licence is revoked."),
            why=_(
                "The public register says so. Only organisations that are in business can be verified; another way of verification does not change that."
            ),
            todo=_(
                "If the register is wrong, have it corrected where the company is registered, then submit again. Otherwise verify with the papers of another organisation, or as an individual."
            ),
            ways=(PAPERS, Way(_("Real-name verification"), "portal:verification"), SUPPORT),
            ticket=COMPANY_FAILED,
            faq="2.3.28",
        ),
        "realname.paper_seal_missing": _paper(
            _("The letter of authorisation has no seal."),
            _("A letter without the company's official seal authorises nobody."),
            _("Have the letter sealed and send another picture. Without a seal, use the company's bank account."),
            "2.3.17",
        ),
        "realname.paper_letter_incomplete": _paper(
            _("The letter of authorisation is not complete."),
            _(
                "It must name the company, the authorised person with his identity number, what he may do, and the date."
            ),
            _("Use the letter that we offer for printing, fill in every line and have it sealed."),
            "2.3.21",
        ),
        "realname.paper_other_company": _paper(
            _("The picture shows papers of another organisation."),
            _("Name and number must be those that were typed."),
            _("Send a picture of the papers of the organisation that was stated."),
            "2.3.24",
        ),
        "realname.paper_company_name": _paper(
            _("The certificate has another name than was typed."),
            _("Both must agree, character by character; another picture would not change that."),
            _("Submit again with the name exactly as on the certificate."),
            "2.3.24",
        ),
        "realname.paper_company_cancelled": _paper(
            _("This organisation is cancelled, or its licence is revoked."),
            _("Staff found it in the public register. Only organisations that are in business can be verified."),
            _("If the register is wrong, have it corrected where the company is registered, then submit again."),
            "2.3.28",
        ),
        "realname.wrong_name": _answer(
            _("The name does not match."),
            _("The bank has another name for this card."),
            _("Type the name exactly as the bank has it, or use a card in your own name."),
        ),
        "realname.wrong_id_number": _answer(
            _("The identity number does not match."),
            _("The bank has another identity number for this card."),
            _("Check the number, and whether the bank has your present identity card."),
        ),
        "realname.wrong_phone": _answer(
            _("The phone number does not match."),
            _("The bank has another mobile number for this card."),
            _("Type the number left with the bank, or have the bank change it first."),
        ),
        "realname.unsupported_bank": _answer(
            _("This bank cannot be asked."),
            _("Only debit and credit cards of mainland China banks that take part in the check can be used."),
            _("Use a card of another mainland bank, or another way of verification."),
            "2.1.5",
        ),
        "realname.unionpay_online_not_open": _answer(
            _("UnionPay online payment is not switched on for this card."),
            _(
                "Cards of Bank of Communications, Bank of Beijing, Bank of Shanghai, Guangfa, SPD and Ping An answer only after it is on."
            ),
            _(
                "Switch it on at the bank or in its app (nothing is charged), then submit again, or use a card of another bank."
            ),
            "2.1.5",
        ),
        "realname.card_not_valid": _answer(
            _("The bank says this card is not valid."),
            _("It is blocked, expired, or its number is not in use."),
            _("Use another card of yours."),
        ),
        "realname.no_record": _answer(
            _("The bank knows nothing about this card."),
            _("The bank finds no customer with this card number."),
            _(
                "Check the card number. A new card can take a day until it is known; otherwise use another card of yours."
            ),
        ),
        "realname.another_person": _answer(
            _("The face picture shows another person."),
            _("It was compared with the picture of the identity document."),
            _("Take a new picture of yourself. Using somebody else's papers is forbidden."),
            "2.2.6",
        ),
        "realname.no_face": _answer(
            _("No face can be seen in the picture."),
            _("It is too dark, too far away, or shows something else."),
            _("Take a new picture: light from the front, face in the middle, nothing covering it."),
            "2.2.6",
        ),
        "realname.several_faces": _answer(
            _("There is more than one face in the picture."),
            _("It must be clear whose face is compared."),
            _("Take a new picture of yourself alone."),
            "2.2.6",
        ),
        "realname.poor_picture": _answer(
            _("The face picture is not clear enough."),
            _("It is too dark, too bright or blurred."),
            _("Take a new picture with more light and a steady hand."),
            "2.2.6",
        ),
        "realname.provider_lapsed": _answer(
            _("The bank did not answer in time."),
            _("We asked again and again for a day; nobody can tell what the bank decided, so nothing was decided."),
            _("Submit again; this attempt does not count against you."),
            "2.1.9",
        ),
    }
)

# The same causes at an organisation's papers: only the way back and the kind of ticket differ.
_ALSO_OF_PAPERS = (
    "blurred",
    "cut_off",
    "reflection",
    "other_side",
    "expired",
    "other_name",
    "other_number",
    "purpose",
    "not_the_original",
    "not_this_document",
    "erased",
)
words(
    {
        "realname.paper_forged": replace(
            wording_of("realname.picture_forged"), ways=(SUPPORT, PAPERS, ACCOUNT), ticket=COMPANY_FAILED
        ),
    }
)
words(
    {
        f"realname.paper_{cause}": replace(
            wording_of(f"realname.picture_{cause}"), ways=(PAPERS, ACCOUNT, SUPPORT), ticket=COMPANY_FAILED
        )
        for cause in _ALSO_OF_PAPERS
    }
)
words(
    {
        "realname.papers_never_came": replace(
            wording_of("realname.pictures_never_came"), ways=(PAPERS, ACCOUNT, SUPPORT), ticket=COMPANY_FAILED
        )
    }
)

_ID_PROBLEMS = {
    IdProblem.EMPTY: _("Nothing was typed."),
    IdProblem.FIFTEEN_DIGITS: _("It has 15 digits; cards of the first generation are no longer valid."),
    IdProblem.SHAPE: _("It does not have 17 digits and a last digit or X."),
    IdProblem.PROVINCE: _("Its first two digits are not those of a province."),
    IdProblem.BIRTH_DATE: _("It contains a birth date that does not exist."),
    IdProblem.FUTURE: _("It contains a birth date in the future."),
    IdProblem.CHECK_DIGIT: _("Its last character does not fit the others; one of them is mistyped."),
}
_OTHER_DOCUMENTS = {
    IdProblem.RESIDENCE_PERMIT: _("a residence permit for Hong Kong, Macau or Taiwan residents"),
    IdProblem.FOREIGNER_CARD: _("a foreigner's permanent residence card"),
}
_DOCUMENT_PROBLEMS = {
    DocumentProblem.EMPTY: _("Nothing was typed."),
    DocumentProblem.LENGTH: _("It has too few or too many characters."),
    DocumentProblem.SHAPE: _("It contains characters that cannot stand there."),
    DocumentProblem.FIRST_LETTER: _("It does not begin with H or M."),
    DocumentProblem.AREA: _("It does not begin with 810000, 820000 or 830000."),
    DocumentProblem.BIRTH_DATE: _("It contains a birth date that does not exist."),
    DocumentProblem.FUTURE: _("It contains a birth date in the future."),
    DocumentProblem.CHECK_DIGIT: _("Its last character does not fit the others; one of them is mistyped."),
}
_CODE_PROBLEMS = {
    CodeProblem.EMPTY: _("Nothing was typed."),
    CodeProblem.LENGTH: _("It has too few or too many characters."),
    CodeProblem.LOOKALIKE: _("It contains I, O, S, V or Z; such a code never does: they are 1, 0, 5, U or 2."),
    CodeProblem.SHAPE: _("It contains characters that cannot stand there."),
    CodeProblem.CHECK_DIGIT: _("Its last character does not fit the others; one of them is mistyped."),
}
_CARD_PROBLEMS = {
    CardProblem.EMPTY: _("Nothing was typed."),
    CardProblem.SHAPE: _("It contains something other than digits."),
    CardProblem.LUHN: _("Its last digit does not fit the others; one of them is mistyped."),
    CardProblem.TOO_SHORT: _("Digits are missing."),
    CardProblem.TOO_LONG: _("There are too many digits."),
}


def id_refusal(problem: IdProblem) -> Invalid:
    """The refusal of an identity number, with what is wrong; other documents are sent to their own way (2.2.2)."""
    if problem in _OTHER_DOCUMENTS:
        return OtherDocument(field="id_number", document=str(_OTHER_DOCUMENTS[problem]))
    return BadIdNumber(field="id_number", problem=str(_ID_PROBLEMS[problem]))


def card_refusal(problem: CardProblem) -> Invalid:
    """The refusal of a card number, with what is wrong (2.2.1)."""
    if problem is CardProblem.NOT_MAINLAND:
        return NotMainlandCard(field="card")
    return BadCardNumber(field="card", problem=str(_CARD_PROBLEMS[problem]))


def document_refusal(problem: DocumentProblem) -> Invalid:
    """The refusal of a document's number, with what is wrong; the resident card is sent to its own way (2.2.10)."""
    if problem is DocumentProblem.RESIDENT_CARD:
        return UseCardOrScan(field="number")
    return BadDocumentTyped(field="number", problem=str(_DOCUMENT_PROBLEMS[problem]))


def organisation_code_refusal(problem: CodeProblem) -> Invalid:
    """The refusal of an organisation's number, with what is wrong (2.3.22)."""
    return BadOrganisationNumber(field="number", problem=str(_CODE_PROBLEMS[problem]))


class TransfersNotOffered(Refused):
    code = "realname.transfers_not_offered"


class AccountWayClosed(Refused):
    code = "realname.account_way_closed"


class BankNotListed(Invalid):
    code = "realname.bank_not_listed"


class BankUnclear(Invalid):
    code = "realname.bank_unclear"


class BadBranch(Invalid):
    code = "realname.bad_branch"


class BranchOfAnotherBank(Invalid):
    code = "realname.branch_of_another_bank"


class BranchNotFound(Invalid):
    code = "realname.branch_not_found"


class BranchUnclear(Invalid):
    code = "realname.branch_unclear"


class BranchListedElsewhere(Invalid):
    code = "realname.branch_listed_elsewhere"


class BadCompanyAccount(Invalid):
    code = "realname.bad_company_account"


class PersonalCard(Invalid):
    code = "realname.personal_card"


class NoOrganisationCode(Invalid):
    code = "realname.no_organisation_code"


class AccountConsentMissing(Invalid):
    code = "realname.account_consent_missing"


class BadAmount(Invalid):
    code = "realname.bad_amount"


class WrongAmount(Invalid):
    code = "realname.wrong_amount"


class AmountTooEarly(Refused):
    code = "realname.amount_too_early"


OTHER_WAY = Way(_("Verify with the company's papers"), "portal:organisation")
ACCOUNT_AGAIN = Way(_("Start again with the bank account"), "portal:bank_account")


def _returned(what: object, why: object, todo: object) -> Wording:
    ways = (ACCOUNT_AGAIN, OTHER_WAY, SUPPORT)
    return Wording(what=what, why=why, todo=todo, ways=ways, ticket="realname.enterprise_failed", faq="2.3.27")  # type: ignore[arg-type]


words(
    {
        TransfersNotOffered: Wording(
            what=_("Verification by bank account is not offered here."),
            why=_("No bank is connected that could make the transfer."),
            todo=_("Verify with the company's papers; that takes at most 3 working days."),
            ways=(OTHER_WAY, SUPPORT),
            faq="2.3.1",
        ),
        AccountWayClosed: Wording(
            what=_("Verification by bank account is closed here."),
            why=_(
                "{allowed} attempts have failed. The limit protects companies whose account somebody else tries out."
            ),
            todo=_("Verify with the company's papers; that way stays open."),
            ways=(OTHER_WAY, SUPPORT),
            ticket="realname.enterprise_failed",
            faq="2.3.11",
        ),
        BankNotListed: Wording(
            what=_("We do not know this bank."),
            why=_("The transfer goes to accounts at the mainland China banks of the list only."),
            todo=_("Check the name, in Chinese or English. If your bank is not on the list, use the company's papers."),
            ways=(OTHER_WAY,),
            faq="2.1.5",
        ),
        BankUnclear: Wording(
            what=_("{count} banks have this in their name."),
            why=_("It could be: {banks}."),
            todo=_("Type more of the name, or choose it from the list."),
            faq="2.1.5",
        ),
        BadBranch: Wording(
            what=_("This is not the number of a bank's branch."),
            why=_("{problem}"),
            todo=_("Ask your bank, or look at an account certificate: the CNAPS number of the branch has 12 digits."),
            faq="2.3.2",
        ),
        BranchOfAnotherBank: Wording(
            what=_("This is the number of another bank's branch."),
            why=_("The numbers of the branches of {bank} begin with {digits}."),
            todo=_("Check the bank and the number of the branch."),
            faq="2.3.2",
        ),
        BranchNotFound: Wording(
            what=_("We find no such branch of {bank}."),
            why=_("Its name may be written differently, or be missing in our list."),
            todo=_("Type another part of its name, or its number: your bank tells the 12 digits (CNAPS)."),
            faq="2.3.2",
        ),
        BranchUnclear: Wording(
            what=_("Several branches have this in their name."),
            why=_("The transfer goes to one of them only."),
            todo=_("Choose yours below the field, or type more of its name, or its number."),
            faq="2.3.2",
        ),
        BranchListedElsewhere: Wording(
            what=_("This is the number of another bank's branch."),
            why=_("The branch of this number belongs to {bank}."),
            todo=_("Check the bank and the number of the branch."),
            faq="2.3.2",
        ),
        BadCompanyAccount: Wording(
            what=_("This is not an account number."),
            why=_("{problem}"),
            todo=_("Type the number of the company's account, 8 to 32 digits. Spaces do not matter."),
            faq="2.3.2",
        ),
        PersonalCard: Wording(
            what=_("This is the number of a personal bank card."),
            why=_("The account must belong to the organisation itself: its holder is the organisation's name."),
            todo=_("Type the number of the company's account, or use the company's papers."),
            ways=(OTHER_WAY,),
            faq="2.3.3",
        ),
        NoOrganisationCode: Wording(
            what=_("The unified social credit code or organisation code is missing."),
            why=_("By it we know which organisation the account must belong to."),
            todo=_("If the organisation has neither, verify with its papers."),
            ways=(OTHER_WAY,),
            faq="2.3.4",
        ),
        AccountConsentMissing: Wording(
            what=_("Your consent is missing."),
            why=_("We may use these data, and those of the legal representative, only if you and he agree."),
            todo=_("Tick the box if you agree."),
            faq="2.3.25",
        ),
        BadAmount: Wording(
            what=_("This is not an amount between 0.01 and 0.99."),
            why=_("The transfer was less than one yuan. This did not count as a try."),
            todo=_("Type it as the statement shows it, with the point, such as 0.37."),
            faq="2.3.8",
        ),
        WrongAmount: Wording(
            what=_("This is not the amount."),
            why=_("Tries left: {left}. After the last one a new transfer is needed."),
            todo=_("Look at the statement again: the transfer has {remark} in its remark."),
            faq="2.3.9",
        ),
        AmountTooEarly: Wording(
            what=_("The transfer has not been sent yet."),
            why=_("Until then no amount can be right. This did not count as a try."),
            todo=_("Wait for the message that it is on its way; the page follows by itself."),
            faq="2.3.10",
        ),
        "realname.wrong_amounts": _returned(
            _("The amount was wrong too often."),
            _("After {limit} wrong amounts a transfer is over, so that nobody can guess it."),
            _("Start again: a new transfer with another amount is made. Have the amount looked up before you type it."),
        ),
        "realname.transfer_expired": _returned(
            _("The amount was not typed in time."),
            _("We waited for {days} days, then ended the attempt and erased what you had typed."),
            _("Start again when somebody can look at the company's statement."),
        ),
        "realname.transfer_wrong_holder": _returned(
            _("The bank gave the transfer back: the account has another holder."),
            _("The holder must be the organisation, letter by letter as the bank has it."),
            _("Check the organisation's name and the account number, then start again."),
        ),
        "realname.transfer_no_such_account": _returned(
            _("The bank gave the transfer back: there is no such account."),
            _("The bank does not know the account number at this branch."),
            _("Check the account number and the number of the branch, then start again."),
        ),
        "realname.transfer_account_closed": _returned(
            _("The bank gave the transfer back: the account is closed."),
            _("Nothing can be paid into it any more."),
            _("Use another account of the organisation, or its papers."),
        ),
        "realname.transfer_cannot_receive": _returned(
            _("The bank gave the transfer back: this account cannot receive transfers."),
            _("Some accounts take no transfers from outside, or are frozen."),
            _("Use another account of the organisation, ask the bank to allow it, or use the papers."),
        ),
        "realname.transfer_other": _returned(
            _("The bank gave the transfer back."),
            _("It did not say why in a way that we can pass on."),
            _("Check the details with the bank, then start again, or use the company's papers."),
        ),
    }
)

_ACCOUNT_PROBLEMS = {
    AccountProblem.EMPTY: _("Nothing was typed."),
    AccountProblem.SHAPE: _("It contains something other than digits."),
    AccountProblem.LENGTH: _("It has too few or too many digits."),
    AccountProblem.CHECK_DIGIT: _("Its last digit does not fit the others; one of them is mistyped."),
}


def account_refusal(problem: AccountProblem) -> Invalid:
    """The refusal of an account number, with what is wrong (2.3.2, 2.3.3)."""
    if problem is AccountProblem.PERSONAL_CARD:
        return PersonalCard(field="account")
    return BadCompanyAccount(field="account", problem=str(_ACCOUNT_PROBLEMS[problem]))


def branch_refusal(problem: AccountProblem) -> Invalid:
    """The refusal of a branch's number, with what is wrong (2.3.2)."""
    return BadBranch(field="branch", problem=str(_ACCOUNT_PROBLEMS[problem]))


class ScanOtherDocument(Invalid):
    code = "realname.scan_other_document"


class ScanFaceMissing(Invalid):
    code = "realname.scan_face_missing"


class ScanConsentMissing(Invalid):
    code = "realname.scan_consent_missing"


class LinkOver(NotFound):
    code = "realname.link_over"


class LinkTaken(Refused):
    code = "realname.link_taken"


class TooManyLinks(TooOften):
    code = "realname.too_many_links"


class CodesUsedUp(Refused):
    code = "realname.codes_used_up"


class TooManyPictures(TooOften):
    code = "realname.too_many_pictures"


OTHER_DOCUMENT = Way(_("Verify with this document"), "portal:document")
PASSWORD = Way(_("Change the password"), "portal:security_password")
SCAN_AGAIN = Way(_("Start again"), "portal:scan")


def _scan(what: object, why: object, todo: object, faq: str = "2.1.12") -> Wording:
    return Wording(what=what, why=why, todo=todo, ways=(SCAN_AGAIN, CARD, SUPPORT), ticket=FAILED, faq=faq)  # type: ignore[arg-type]


words(
    {
        ScanOtherDocument: Wording(
            what=_("The scan takes the mainland resident identity card only."),
            why=_(
                "The number belongs to {document}. A face can be compared at once only with the picture of a resident identity card."
            ),
            todo=_("Verify with the document itself; staff answer within 3 working days."),
            ways=(OTHER_DOCUMENT, OVERVIEW),
            ticket=FAILED,
            faq="2.2.10",
        ),
        ScanFaceMissing: Wording(
            what=_("A picture of your face is missing."),
            why=_("It is compared with the picture of your identity card, so that nobody else is verified as you."),
            todo=_("Take a picture with the camera, or choose a file."),
            faq="2.2.6",
        ),
        ScanConsentMissing: Wording(
            what=_("Your consent is missing."),
            why=_("Whose face it is must agree, not only whoever sits at the computer."),
            todo=_(
                "Tick the box if you are that person and agree. If not, say so below: then the verification ends and nothing is kept."
            ),
            faq="2.2.6",
        ),
        LinkOver: Wording(
            what=_("This link does not count any more."),
            why=_(
                "A code is good for a few minutes and for one phone. Its time is over, it was used or given up, or the computer that showed it was signed out or shows a newer one."
            ),
            todo=_("On the computer, have a new code shown and scan that one."),
            ways=(SUPPORT,),
            faq="2.1.20",
        ),
        LinkTaken: Wording(
            what=_("Another phone or another browser has this link already."),
            why=_("A code is good for one browser, so that nobody can use it who sees it over your shoulder."),
            todo=_(
                "Go on in the browser where you opened it first. If you cannot, have a new code shown on the computer: that shuts the other one out."
            ),
            ways=(SUPPORT,),
            faq="2.1.20",
        ),
        TooManyLinks: Wording(
            what=_("Too many links were opened from here that do not count."),
            why=_("The limit protects the links of others from being guessed."),
            todo=_("Try again in {minutes} minutes, or use the phone's own network instead of this one."),
            ways=(SUPPORT,),
            faq="2.1.20",
        ),
        CodesUsedUp: Wording(
            what=_("No further code can be shown for this form."),
            why=_("For one form {allowed} codes can be shown."),
            todo=_("Start again, or verify by bank card, which needs no second device."),
            ways=(SCAN_AGAIN, CARD),
            ticket=FAILED,
            faq="2.1.20",
        ),
        TooManyPictures: Wording(
            what=_("Too many pictures were sent with this code."),
            why=_("With one code {allowed} pictures can be tried."),
            todo=_("On the computer, have a new code shown and scan that one."),
            ways=(SUPPORT,),
            ticket=FAILED,
            faq="2.1.20",
        ),
        "realname.scan_no_identity_record": _scan(
            _("Nobody is known under this name with this number."),
            _("Name and identity number must belong together, letter by letter as the identity card shows them."),
            _(
                "Check both and start again. If they are right, the record may be behind, as after a change of name: then ask support."
            ),
            "2.1.9",
        ),
        "realname.no_identity_record": _answer(
            _("Your face could not be compared: no identity record with a picture was found."),
            _("Name and identity number must belong together, letter by letter as the identity card shows them."),
            _("Check both and submit again. If they are right, ask support."),
            "2.1.9",
        ),
        "realname.scan_disowned": Wording(
            what=_("At the phone, somebody said that this verification is not theirs."),
            why=_("It ended at once, and what you had typed was erased."),
            todo=_(
                "Pressed by mistake? Start again. If you did not begin it yourself, somebody uses your account: change your password."
            ),
            ways=(SCAN_AGAIN, PASSWORD),
            ticket=FAILED,
            faq="2.1.20",
        ),
        "realname.scan_lapsed": _scan(
            _("The comparison of your face was not answered in time."),
            _("We asked again and again for a day; nobody can tell what the answer would have been."),
            _("Start again, or choose another way."),
            "2.1.9",
        ),
        **{
            f"realname.scan_{cause}": replace(wording_of(f"realname.{cause}"), ways=(SCAN_AGAIN, CARD, SUPPORT))
            for cause in ("another_person", "no_face", "several_faces", "poor_picture")
        },
    }
)


class SameAgain(Refused):
    code = "realname.same_again"


class OrganisationStays(Refused):
    code = "realname.organisation_stays"


class OtherChange(Refused):
    code = "realname.other_change"


class ChangeFormMissing(Invalid):
    code = "realname.change_form_missing"


class OrganisationNameIsVerified(Refused):
    code = "realname.organisation_name_is_verified"


_OTHER_NAMES = Wording(
    what=_("The change application form names somebody else than the application."),
    why=_("It must name who is verified now and who is to be verified, both as in their papers."),
    todo=_("Fill in the form anew with both names exactly as printed, and send a picture of it."),
    ways=(CHANGE, SUPPORT),
    ticket=FAILED,
    faq="2.4.8",
)
_NOT_THIS_FORM = Wording(
    what=_("This is not the change application form that is needed here."),
    why=_("Each kind of change has a form of its own."),
    todo=_("Take the form from the page of this change, fill it in, have it signed, and send a picture of it."),
    ways=(CHANGE, SUPPORT),
    ticket=FAILED,
    faq="2.4.8",
)
words(
    {
        SameAgain: Wording(
            what=_("The account is verified with this very name and number already."),
            why=_("Verifying the same once more, in the same or in another way, would change nothing."),
            todo=_("Nothing needs to be done. A change needs another name, another person or another organisation."),
            ways=(OVERVIEW,),
            faq="2.2.8",
        ),
        OrganisationStays: Wording(
            what=_("An organisation's account cannot become an individual's."),
            why=_(
                "Contracts, invoices and resources of the account belong to the organisation; a person cannot take them over by a change."
            ),
            todo=_(
                "Register another account for yourself and verify it as an individual. Another organisation can take this one over."
            ),
            ways=(CHANGE, SUPPORT),
            ticket=COMPANY_FAILED,
            faq="2.4.6",
        ),
        OtherChange: Wording(
            what=_("What you typed is another kind of change than the one you chose."),
            why=_(
                "Each kind needs its own papers: the same number with a new name is a renamed organisation; another number is another organisation."
            ),
            todo=_("Check the number, or choose the other kind of change."),
            ways=(CHANGE, SUPPORT),
            ticket="realname.question",
            faq="2.4.5",
        ),
        ChangeFormMissing: Wording(
            what=_("The change application form is missing."),
            why=_("It shows that those who stand behind the account agree to the change."),
            todo=_(
                "Print the form, fill it in, have it signed (organisations: signed and sealed), and add a picture of it."
            ),
            ways=(CHANGE,),
            faq="2.4.8",
        ),
        OrganisationNameIsVerified: Wording(
            what=_("The name of a verified organisation is not edited here."),
            why=_("It is the one that was verified with the organisation's papers; contracts and invoices rest on it."),
            todo=_("Has the organisation a new name? Have the verification changed; it counts from the approval on."),
            ways=(CHANGE,),
            faq="3.1.7",
        ),
        "realname.picture_not_signed": Wording(
            what=_("The change application form is not signed."),
            why=_("Without the signatures nobody agrees to the change."),
            todo=_("Have it signed by hand, and send another picture of it."),
            ways=(CHANGE, SUPPORT),
            ticket=FAILED,
            faq="2.4.8",
        ),
        "realname.paper_not_signed": Wording(
            what=_("The change application form lacks a signature or the official seal."),
            why=_("Without both the organisation does not agree to the change."),
            todo=_("Have it signed and sealed, and send another picture of it."),
            ways=(CHANGE, SUPPORT),
            ticket=COMPANY_FAILED,
            faq="2.4.8",
        ),
        "realname.picture_other_names": _OTHER_NAMES,
        "realname.paper_other_names": replace(_OTHER_NAMES, ticket=COMPANY_FAILED),
        "realname.picture_not_this_form": _NOT_THIS_FORM,
        "realname.paper_not_this_form": replace(_NOT_THIS_FORM, ticket=COMPANY_FAILED),
    }
)

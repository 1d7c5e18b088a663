"""Every limit of the product, once. Each is a setting: ``ACCOUNT_CENTER_<NAME>`` in the environment overrides it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import inf

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


# No operator may go past these: a code that lives longer is no one-time code any more (ASVS 5.0 6.5.5).
HIGHEST: Mapping[str, int] = {"code_seconds": 10 * MINUTE}


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers that decide. Durations are seconds unless the name says otherwise."""

    # Accounts and tenants
    accounts_per_phone: int = 3  # 3.1.13, 3.1.15
    tenants_per_phone: int = 3  # 1.8
    deleted_name_rest_days: int = 90  # 1.12: how long nobody may take the name of a deleted account
    copies_of_data_per_day: int = 3  # per account
    copy_history_events: int = 5_000  # the newest ones; the history page has all

    # Sign-in
    wrong_passwords: int = 5  # 1.20
    lock_seconds: int = 15 * MINUTE  # 1.20
    wrong_password_memory_seconds: int = 12 * HOUR  # a quiet time after which wrong tries are forgotten
    sign_in_tries_per_address: int = 100  # failed tries of one network address per hour
    session_seconds: int = 12 * HOUR
    session_longest_seconds: int = 7 * DAY  # the end of a session that is used all the time
    staff_session_seconds: int = 8 * HOUR
    sign_in_seconds: int = 15 * MINUTE  # from the first factor to the last step
    device_trust_days: int = 30  # 1.47
    device_keep_days: int = 180  # since the last sign-in with it
    not_me_days: int = 7  # 3.1.19: how long the link "this was not me" counts
    travel_fastest_kmh: int = 1_000  # 3.1.19: faster than that between two sign-ins is impossible
    travel_least_km: int = 500  # 3.1.19: nearer places say nothing, for they are those of network operators
    app_access_seconds: int = 15 * MINUTE  # 1.46: of an access token of the app
    app_session_idle_seconds: int = 14 * DAY  # 1.46: how long a refresh token waits to be used
    app_session_longest_seconds: int = 90 * DAY  # 1.46: the end of a session of the app that is used all the time
    app_refresh_repeat_seconds: int = MINUTE  # how long the same refresh gets the same answer again
    app_sessions_per_account: int = 20  # 1.46: with one more the oldest ends
    app_body_bytes: int = 64 * 1024  # of one request of the app
    app_tries_per_address: int = 600  # requests of one network address per hour with a token that does not count
    password_min_length: int = 10
    password_max_length: int = 128
    password_min_score: int = 3  # zxcvbn, 0 to 4
    password_notice_days: int = 7  # how long before a password runs out its owner is told (3.1.20)
    new_passwords_per_hour: int = 20  # per account: each may be compared with all old ones
    same_click_seconds: int = MINUTE  # how long the very same change of the password is answered as done
    password_hints_per_address_hour: int = 600  # live hints while a password is typed
    policy_networks: int = 50  # entries of a tenant's list of networks (1.23)
    way_back_seconds: int = HOUR  # 1.23: how long the owner may pass his own list after full proof
    way_backs_per_day: int = 3  # 1.23: likewise

    # One-time codes (trust: at most 10 minutes)
    code_digits: int = 6
    code_seconds: int = 5 * MINUTE
    code_tries: int = 5
    code_resend_seconds: int = MINUTE
    codes_per_recipient_hour: int = 5
    codes_per_recipient_day: int = 10
    codes_per_address_hour: int = 30
    codes_per_prefix_hour: int = 200  # messages to one run of 10,000 numbers, against pumping
    codes_per_country_day: int = 5_000
    wrong_codes_per_recipient_day: int = 20
    proof_seconds: int = 15 * MINUTE  # how long a proven phone or e-mail waits for the next step
    clock_skew_seconds: int = MINUTE  # what clocks of two machines may differ by

    # Getting back in
    emergency_contacts: int = 5  # 1.16: of one account
    emergency_codes_per_day: int = 3  # 1.16: to one emergency contact
    recovery_seconds: int = 30 * MINUTE  # from the first code to the new password
    recovery_wait_seconds: int = DAY  # 1.16: on a new device, where nothing else can be shown
    recovery_return_seconds: int = 3 * DAY  # 1.16: how long a waiting time counts when it is over
    recovery_keep_days: int = 7
    contact_agrees_days: int = 7  # an emergency contact who has not agreed by then is forgotten
    human_check_seconds: int = 10 * MINUTE
    human_checks_per_address_hour: int = 60  # pictures and questions shown to one network address

    # Second factors
    passkeys_per_account: int = 10  # 1.22
    passkey_seconds: int = 5 * MINUTE  # how long a browser may take to answer
    passkey_tries_per_address: int = 300  # questions to one network address per hour
    recovery_codes: int = 10  # 1.22

    # Real-name verification
    adult_age_years: int = 18  # 2.1.18, 2.1.19
    verifications_per_person: int = 3  # 2.2.9
    verifications_per_organisation: int = 6  # 2.3.26
    verifications_per_card: int = 3  # 2.2.5
    applications_per_day: int = 5  # per tenant
    application_forms_per_day: int = (
        20  # per tenant: each tells how often a number is in use, before anything is proven
    )
    application_draft_seconds: int = HOUR
    handover_seconds: int = 10 * MINUTE  # 2.1.20: of a QR code, and then of the phone for the picture
    handover_answer_seconds: int = HOUR  # how long the phone that sent the picture may look at the answer
    handovers_per_application: int = 10  # QR codes for one form
    handover_pictures: int = 10  # pictures that a phone may send with one code, good and bad ones
    handover_misses_per_address: int = 60  # links that do not count, opened from one network address per hour
    transfer_wrong_amounts: int = 3  # 2.3.9: after so many the transfer is over
    transfer_failures: int = 6  # 2.3.5, 2.3.11: failed attempts per tenant and bank account, then papers, or a raise
    transfers_per_account_day: int = 20  # 2.3.13: to one bank account, given-up ones too: each costs the operator money
    transfer_days: int = 10  # how long the amount of a transfer is waited for
    transfer_working_days: int = 3  # 2.3.10: how long a bank may take
    provider_seconds: int = 8  # how long a page waits for the instant check
    provider_settle_seconds: int = DAY  # after that an unanswered check is closed as not decided
    register_settle_seconds: int = HOUR  # 2.3.1: after that staff decide without the register
    application_keep_days: int = 180  # sealed numbers of attempts that led to nothing
    # Who stood behind a tenant before a change, in clear: as long as a claim may be brought (Civil Code 188); then masked only.
    replaced_identity_keep_days: int = 3 * 365  # 2.1.24
    review_working_days: int = 3  # 2.1.10: the promise of a review by staff
    review_claim_seconds: int = 30 * MINUTE  # how long a reviewer has a case before a colleague may take it
    document_keep_days: int = 30  # pictures of documents, after the decision; those with a face go at once
    picture_longest_days: int = 180  # and never longer than this after the upload, decided or not
    picture_renewal_days: int = 7  # so long before that an application still open asks for it anew
    asked_again_days: int = 30  # how long staff wait for the pictures they asked for again
    face_keep_days: int = 7  # upper bound; erased at the decision as a rule

    # History
    history_export_days: int = 366  # 3.1.19: of one file
    history_exports_per_day: int = 10  # 3.1.19: per account

    # Console
    staff_pending_seconds: int = 10 * MINUTE  # from the right password to the right code of the app
    names_to_phone_per_day: int = 3  # 1.45: how often staff may send a phone the list of its accounts
    quota_raise_most: int = 200  # the highest bound a customer manager can give

    # Tickets and appeals
    tickets_per_account_day: int = 10
    ticket_entries_per_day: int = 50  # messages in one ticket
    ticket_pictures_per_day: int = 20  # in one ticket
    ticket_text_length: int = 4_000
    ticket_claim_seconds: int = 8 * HOUR  # a claim that was forgotten keeps nobody away for longer
    ticket_quiet_days: int = 14  # without a word of the customer an answered ticket closes by itself
    ticket_reopen_days: int = 14
    ticket_keep_days: int = 365  # what was written, after a ticket was closed
    material_keep_days: int = 30  # pictures, after a ticket was closed
    material_longest_days: int = 180  # and never longer than this
    appeals_per_network_day: int = 10  # 1.18
    appeals_per_contact_day: int = 2  # 1.18
    appeals_per_name_day: int = 3  # 1.18: about one account name, known or not
    appeal_page_seconds: int = HOUR  # how long an appellant reads and writes after a code
    proposal_days: int = 7  # 2.1.22: how long a proposal waits for a second member of staff
    remedy_wait_seconds: int = 3 * DAY  # 1.18: between the second person's yes and the act; the owner can object

    # Files
    image_bytes: int = 10 * 1024 * 1024
    image_pixels: int = 40_000_000
    image_side: int = 2_400  # longest side after re-encoding; of a PDF, of each page
    image_min_side: int = 200
    pdf_pages: int = 3  # of one PDF; they become one picture, one page below the other
    uploads_at_once: int = 2  # drawing children per machine, and never more than it has cores
    upload_wait_seconds: int = 10  # how long a file waits for one of them
    upload_seconds: int = 30  # all files of one form together
    disk_spare_bytes: int = 200 * 1024 * 1024  # with less room at DATA_DIR, health and `check` say so
    orphan_file_seconds: int = 12 * HOUR  # a file without a row is removed after that; the sweep runs every 6 hours
    decode_seconds: int = 8  # processor time for one file; by the clock it may take twice as long
    decode_memory_bytes: int = 1024 * 1024 * 1024
    ocr_seconds: int = 40  # processor time for reading one picture by machine; by the clock three times as long
    ocr_memory_bytes: int = 1000 * 1024 * 1024
    ocr_side: int = 1_280  # longest side of what is read at once

    # Forms to print
    papers_at_once: int = 2  # children that print a form, per machine, and never more than it has cores
    paper_seconds: int = 15  # from asking for a form as PDF to having it
    paper_memory_bytes: int = 512 * 1024 * 1024
    papers_per_hour: int = 60  # 2.4.8: PDF of forms, per account

    # Messages and background work
    message_attempts: int = 8
    message_keep_days: int = 30
    job_attempts: int = 10
    job_lease_seconds: int = 60
    job_longest_seconds: int = 15 * MINUTE  # a job that runs longer may be taken by another worker
    job_keep_days: int = 7

    # Service API
    service_token_seconds: int = HOUR
    client_secret_overlap_seconds: int = DAY  # how long the secret before works after a change
    service_failures_per_address: int = 300  # failed authentications of one network address per hour
    service_failures_per_client: int = 30  # of one client from one address per hour
    signature_seconds: int = 5 * MINUTE  # 2.4.10: how far a signed request's time may be from ours
    report_body_bytes: int = 16 * 1024  # 2.4.10: of one result that a partner site sends
    partner_wrong_codes_per_hour: int = 60  # 2.4.10: of one partner site
    agreement_days: int = 7  # 2.4.10: how long a partner site has to send what the customer agreed to
    agreements_per_day: int = 20  # 2.4.10: of one tenant
    student_longest_days: int = 1_830  # 2.1.16: how far ahead a student status may end
    decision_body_bytes: int = 64 * 1024
    decision_memory_entries: int = 20_000  # answers kept per process
    decision_memory_bytes: int = 32 * 1024 * 1024
    decision_actions: int = 50  # in one request
    decision_fresh_seconds: float = 0.9  # how old an answer from process memory may be without a sign of life

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Limits":
        """Defaults, overridden by ``ACCOUNT_CENTER_<NAME>``. Raises ValueError that names the bad variable."""
        chosen: dict[str, int | float] = {}
        for item in fields(cls):
            variable = f"ACCOUNT_CENTER_{item.name.upper()}"
            text = environment.get(variable)
            if text is None:
                continue
            number = float if isinstance(item.default, float) else int
            try:
                value = number(text)
            except ValueError as wrong:
                raise ValueError(f"{variable} must be a number, not {text!r}") from wrong
            # Written this way round, because "nan" is neither greater nor smaller.
            if not 0 < value < inf:
                raise ValueError(f"{variable} must be greater than 0")
            most = HIGHEST.get(item.name)
            if most is not None and value > most:
                raise ValueError(f"{variable} must be at most {most}")
            chosen[item.name] = value
        return cls(**chosen)  # type: ignore[arg-type]

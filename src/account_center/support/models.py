"""Tables of tickets, appeals and remedies. What people wrote lies sealed with a key of the ticket's own."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from account_center.documents.types import DocumentKind
from account_center.plumbing.data_keys import holds_data_key
from account_center.plumbing.erasures import proves_erasures
from account_center.support.proposal_models import Proposal, Wish
from account_center.support.types import (
    ClosedBecause,
    Happened,
    Reach,
    RemedyKind,
    RemedyState,
    TicketState,
    Voice,
)

__all__ = ["OPEN_REMEDIES", "Appeal", "Entry", "Proposal", "Remedy", "Ticket", "Wish"]
OPEN_REMEDIES = [RemedyState.PROPOSED.value, RemedyState.APPROVED.value]


@holds_data_key
@proves_erasures("ticket", row="reference")
class Ticket(models.Model):
    """One request. ``account`` is empty for the appeal about an account that nobody has found."""

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="tickets", db_index=False
    )
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, null=True, related_name="tickets")
    category = models.CharField(max_length=32)  # a Category; new ones come with new refusals, without a migration
    about = models.CharField(max_length=24, blank=True)  # the reference number of what it is about
    state = models.CharField(max_length=8, choices=[(one.value, one.value) for one in TicketState])
    sealed_subject = models.BinaryField()
    # A phone or e-mail address proven by code: the new phone (3.1.14), or where an appellant can be reached.
    reach = models.CharField(max_length=5, blank=True, choices=[(one.value, one.value) for one in Reach])
    sealed_contact = models.BinaryField()
    contact_masked = models.CharField(max_length=254, blank=True)
    wrapped_key = models.BinaryField(null=True)
    kek_id = models.CharField(max_length=32, blank=True)
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="claimed_tickets"
    )
    claimed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(
        max_length=12, blank=True, choices=[(one.value, one.value) for one in ClosedBecause]
    )
    erase_at = models.DateTimeField(null=True, db_index=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "moved_at", "id"], name="support_queue"),
            models.Index(fields=["account", "-id"], name="tickets_of_an_account"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=TicketState.CLOSED.value, closed_at__isnull=False)
                | (~Q(state=TicketState.CLOSED.value) & Q(closed_at__isnull=True)),
                name="closed_ticket_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="claim_has_its_date",
            ),
            # Erased means: the key is gone. Neither may be true without the other.
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, wrapped_key__isnull=False)
                | Q(erased_at__isnull=False, wrapped_key__isnull=True),
                name="erased_ticket_has_no_key",
            ),
        ]


class Entry(models.Model):
    """What somebody wrote or handed in. Written once, never changed."""

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="entries")
    voice = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Voice])
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="ticket_entries"
    )
    at = models.DateTimeField()
    sealed_text = models.BinaryField()
    image_id = models.UUIDField(null=True)
    shows = models.CharField(max_length=24, blank=True, choices=[(one.value, one.value) for one in DocumentKind])

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(image_id__isnull=True, shows="") | (Q(image_id__isnull=False) & ~Q(shows="")),
                name="picture_says_what_it_shows",
            ),
            models.CheckConstraint(
                condition=Q(staff__isnull=False) | ~Q(voice__in=[Voice.STAFF.value, Voice.NOTE.value]),
                name="staff_entry_names_its_author",
            ),
        ]


class Appeal(models.Model):
    """What makes a ticket an appeal: nobody is signed in, only a contact is proven."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="appeal")
    happened = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Happened])
    sealed_named = models.BinaryField()  # the account, as it was typed
    contact_index = models.BinaryField(max_length=32, db_index=True)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=8)
    objected_at = models.DateTimeField(null=True)


class Remedy(models.Model):
    """What is done to an account on proof of identity. Two members of staff agree; then the owner may still object."""

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="remedies")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="remedies")
    kind = models.CharField(max_length=16, choices=[(one.value, one.value) for one in RemedyKind])
    state = models.CharField(max_length=9, choices=[(one.value, one.value) for one in RemedyState])
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    obstacle = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state=RemedyState.APPROVED.value), name="remedies_due")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state__in=OPEN_REMEDIES), name="one_open_remedy_per_account"
            ),
            # Four eyes, whatever the program above does.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="remedy_needs_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RemedyState.APPROVED.value, RemedyState.DONE.value])
                | Q(approved_by__isnull=False, approved_at__isnull=False, due_at__isnull=False),
                name="approved_remedy_has_its_dates",
            ),
        ]

"""From proposals to what the console's templates print."""

from dataclasses import dataclass

from django.utils.functional import Promise

from account_center.console.labels import label
from account_center.console.types import LookReason
from account_center.support.queries.proposals import PROPOSAL_STATE_WORDS, PROPOSAL_WORDS
from account_center.support.types import ProposalState, ProposalView


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """A proposal with its words; ``may_decide``: by the reader, as the second person."""

    view: ProposalView
    what: str | Promise
    kind: str
    state: str | Promise
    why: str
    may_decide: bool
    may_withdraw: bool


def shown_proposal(view: ProposalView, *, staff_id: int | None) -> ShownProposal:
    """As a member of staff sees it."""
    kind, state = PROPOSAL_STATE_WORDS[view.state]
    waits, own = view.state is ProposalState.PROPOSED, view.proposed_by == staff_id
    return ShownProposal(
        view=view,
        what=PROPOSAL_WORDS[view.kind],
        kind=kind,
        state=state,
        why=label(LookReason(view.reason)) if view.reason in list(LookReason) else view.reason,
        may_decide=waits and not own,
        may_withdraw=waits and own,
    )

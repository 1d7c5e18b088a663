"""One's own data: taking a copy, and leaving for good."""

from account_center.privacy.services.deleting import delete_id_account

__all__ = ["delete_id_account"]

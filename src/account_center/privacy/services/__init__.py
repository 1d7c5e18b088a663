"""One's own data: taking a copy, and leaving for good."""

from account_center.privacy.services.copying import take_copy
from account_center.privacy.services.deleting import delete_again, delete_id_account
from account_center.privacy.services.gathering import all_tenants, consents_part

__all__ = ["all_tenants", "consents_part", "delete_again", "delete_id_account", "take_copy"]

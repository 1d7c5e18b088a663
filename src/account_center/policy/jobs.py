from account_center.kit.clock import now
from account_center.plumbing.work import every
from account_center.policy.services.notices import tell_before_passwords_run_out


@every(seconds=3600, name="policy.tell_before_passwords_run_out")
def tell() -> None:
    """Mails owners some days before their password runs out."""
    tell_before_passwords_run_out(now=now())

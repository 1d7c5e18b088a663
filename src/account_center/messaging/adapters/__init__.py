"""The gateways of this installation: those of the sandbox, or those the operator has connected."""

from dataclasses import dataclass

from django.conf import settings

from account_center.messaging.adapters.http_sms import HttpSms
from account_center.messaging.adapters.sandbox import SandboxMail, SandboxSms
from account_center.messaging.adapters.smtp_mail import SmtpMail
from account_center.messaging.ports import GatewayAway, MailGateway, Receipt, SmsGateway


@dataclass(frozen=True, slots=True)
class Gateways:
    sms: SmsGateway
    mail: MailGateway


def gateways() -> Gateways:
    """Chosen by the settings; a gateway that is not connected counts as one that is away, so that nothing is lost."""
    if settings.SANDBOX:
        return Gateways(sms=SandboxSms(), mail=SandboxMail())
    return Gateways(sms=_sms(), mail=SmtpMail() if settings.EMAIL_HOST else NotConnected())


def _sms() -> SmsGateway:
    if settings.SMS_GATEWAY_LINK and settings.SMS_GATEWAY_SECRET:
        return HttpSms(link=settings.SMS_GATEWAY_LINK, secret=settings.SMS_GATEWAY_SECRET)
    return NotConnected()


class NotConnected:
    """Stands where the operator has set no gateway."""

    def send(self, **_: object) -> Receipt:
        raise GatewayAway("no gateway is configured")

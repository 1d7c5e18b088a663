"""E-mail through the operator's mail server."""

import smtplib
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from account_center.messaging.ports import GatewayAway, GatewayRefused, Receipt
from account_center.messaging.types import Content, Problem

FINAL = 500  # SMTP replies from here on are final, RFC 5321 §4.2.1


class SmtpMail:
    """Django's mail backend, with the key as Message-ID: a repeated mail is recognised by the receiver."""

    def send(self, *, content: Content, key: UUID) -> Receipt:
        """See MailGateway."""
        message_id = f"<{key}@{_domain()}>"
        headers = {**content.headers, "Message-ID": message_id}
        mail = EmailMessage(content.subject, content.text, to=[content.to], headers=headers)
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as wrong:
            raise _refused(min(code for code, _ in wrong.recipients.values()), Problem.UNREACHABLE) from wrong
        except smtplib.SMTPAuthenticationError as wrong:
            raise GatewayAway("the mail server refuses our sign-in") from wrong
        except smtplib.SMTPResponseException as wrong:
            raise _refused(wrong.smtp_code, Problem.REFUSED_BY_GATEWAY) from wrong
        except (smtplib.SMTPException, OSError) as wrong:
            raise GatewayAway(type(wrong).__name__) from wrong
        return Receipt(reference=message_id)


def _refused(code: int, problem: Problem) -> Exception:
    return GatewayRefused(problem) if code >= FINAL else GatewayAway(f"reply {code}")


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"

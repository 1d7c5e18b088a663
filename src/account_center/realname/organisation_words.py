"""What kinds of organisations and certificates are called (2.3.24), for customers and staff alike."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from account_center.realname.types import Certificate, Nature

NATURE_WORDS: Mapping[Nature, str | Promise] = {
    Nature.ENTERPRISE: _("Enterprise"),
    Nature.GOVERNMENT: _("Government or Party body"),
    Nature.MILITARY: _("National defence body"),
    Nature.PUBLIC_INSTITUTION: _("Public institution"),
    Nature.SOCIAL_ORGANISATION: _("Social organisation"),
    Nature.PRIVATE_NON_ENTERPRISE: _("Private non-enterprise unit"),
    Nature.FOUNDATION: _("Foundation"),
    Nature.LAW_FIRM: _("Law firm"),
    Nature.FOREIGN_CULTURE_CENTRE: _("Foreign cultural centre in China"),
    Nature.MASS_ORGANISATION: _("Mass organisation"),
    Nature.FORENSIC_INSTITUTE: _("Forensic institute"),
    Nature.RELIGIOUS_BODY: _("Religious body"),
    Nature.OVERSEAS: _("Organisation from outside mainland China"),
    Nature.MEDICAL: _("Medical institution"),
    Nature.NOTARY: _("Notary office"),
}
NATURE_HELP: Mapping[Nature, str | Promise] = {
    Nature.ENTERPRISE: _("companies, individual businesses, partnerships, branches, offices of foreign companies"),
    Nature.GOVERNMENT: _("bodies of state and Party"),
    Nature.MILITARY: _("units of the armed forces"),
    Nature.PUBLIC_INSTITUTION: _("public schools, universities, hospitals, institutes"),
    Nature.SOCIAL_ORGANISATION: _("registered associations and societies"),
    Nature.PRIVATE_NON_ENTERPRISE: _("private schools and social services"),
    Nature.FOREIGN_CULTURE_CENTRE: _("also foreign tourism offices and schools for children of embassy staff"),
    Nature.MASS_ORGANISATION: _("trade unions, youth and women's federations"),
    Nature.OVERSEAS: _("registered in Hong Kong, Macau, Taiwan or another country"),
}
CERTIFICATE_WORDS: Mapping[Certificate, str | Promise] = {
    Certificate.BUSINESS_LICENCE: _("Business licence"),
    Certificate.ORGANISATION_CODE: _("Organisation code certificate"),
    Certificate.FOREIGN_OFFICE: _("Registration of a foreign company's permanent office"),
    Certificate.CREDIT_CODE: _("Unified social credit code certificate"),
    Certificate.MILITARY_UNIT: _("Military unit designation"),
    Certificate.MILITARY_SERVICES: _("Licence of a military unit for paid services"),
    Certificate.INSTITUTION_LEGAL_PERSON: _("Legal person certificate of a public institution"),
    Certificate.SOCIAL_LEGAL_PERSON: _("Legal person registration of a social organisation"),
    Certificate.PRIVATE_REGISTRATION: _("Registration of a private non-enterprise unit"),
    Certificate.SOCIAL_SERVICE: _("Registration of a social service institution"),
    Certificate.PRIVATE_SCHOOL: _("Licence to run a private school"),
    Certificate.FOUNDATION_LEGAL_PERSON: _("Legal person registration of a foundation"),
    Certificate.LAW_PRACTICE: _("Practice licence of a law firm"),
    Certificate.CULTURE_CENTRE: _("Registration of a foreign cultural centre"),
    Certificate.TOURISM_OFFICE: _("Approval of a foreign government's tourism office"),
    Certificate.EMBASSY_SCHOOL: _("Beijing licence of a school for children of embassy staff"),
    Certificate.FORENSIC_LICENCE: _("Licence for forensic expertise"),
    Certificate.RELIGIOUS_VENUE: _("Registration of a religious venue"),
    Certificate.OVERSEAS_PAPER: _("Certificate of an organisation from outside mainland China"),
    Certificate.MEDICAL_LICENCE: _("Practice licence of a medical institution"),
    Certificate.NOTARY_LICENCE: _("Practice licence of a notary office"),
}

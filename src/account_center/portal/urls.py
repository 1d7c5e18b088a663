from django.urls import path

from account_center.portal.pages import (
    account,
    activation,
    bank_card,
    contacts,
    home,
    register,
    sandbox,
    sign_in,
    verification,
)

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("support/", home.support, name="support"),
    path("register/", register.begin, name="register"),
    path("register/code/", register.code, name="register_code"),
    path("register/finish/", register.finish, name="register_finish"),
    path("register/done/", register.done, name="register_done"),
    path("sign-in/", sign_in.with_password, name="sign_in"),
    path("sign-in/code/", sign_in.ask_for_code, name="sign_in_code"),
    path("sign-in/code/wait/", sign_in.code, name="sign_in_code_wait"),
    path("sign-in/choose/", sign_in.choose, name="sign_in_choose"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", account.information, name="account"),
    path("account/name/", account.rename, name="account_name"),
    path("account/security/", account.security, name="security"),
    path("account/security/password/", account.password, name="security_password"),
    path("account/security/email/", contacts.change_email, name="change_email"),
    path("account/security/phone/", contacts.change_phone, name="change_phone"),
    path("account/security/<str:what>/prove/", contacts.prove, name="contact_prove"),
    path("account/security/<str:what>/new/", contacts.new, name="contact_new"),
    path("account/security/<str:what>/confirm/", contacts.confirm, name="contact_confirm"),
    path("cloud/activate/", activation.activate, name="activate"),
    path("cloud/name/", account.rename_tenant_page, name="tenant_name"),
    path("verification/", verification.overview, name="verification"),
    path("verification/bank-card/", bank_card.begin, name="bank_card"),
    path("verification/bank-card/bank/", bank_card.recognised_bank, name="bank_card_bank"),
    path("verification/<str:reference>/", verification.application_page, name="verification_application"),
    path("verification/<str:reference>/code/", bank_card.code, name="bank_card_code"),
    path("verification/<str:reference>/cancel/", bank_card.cancel, name="bank_card_cancel"),
    path("sandbox/", sandbox.inbox, name="sandbox"),
    path("sandbox/face/<str:kind>.png", sandbox.face, name="sandbox_face"),
]

from django.urls import path

from account_center.console.pages import acts, customers, home, sign_in

app_name = "console"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.with_password, name="sign_in"),
    path("sign-in/code", sign_in.with_code, name="sign_in_code"),
    path("sign-in/set-up", sign_in.set_up, name="sign_in_set_up"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("search", home.search, name="search"),
    path("chain", home.chain, name="chain"),
    path("jobs/<int:job_id>/again", home.job_again, name="job_again"),
    path("customers/<int:account_id>/", customers.show, name="customer"),
    path("customers/<int:account_id>/history", customers.history, name="customer_history"),
    path("customers/<int:account_id>/contacts", customers.contacts, name="contacts"),
    path("customers/<int:account_id>/send-names", acts.send_names, name="send_names"),
    path("customers/<int:account_id>/accounts-of-phone", acts.accounts_of_phone, name="accounts_of_phone"),
    path("customers/<int:account_id>/tenants-of-phone", acts.tenants_of_phone, name="tenants_of_phone"),
    path("tenants/<slug:public_id>/tenants-of-person", acts.tenants_of_person, name="tenants_of_person"),
    path("tenants/<slug:public_id>/country", acts.tenant_country, name="tenant_country"),
    path("tenants/<slug:public_id>/hold", acts.place_hold, name="place_hold"),
    path("tenants/<slug:public_id>/hold/<int:hold_id>/lift", acts.lift_hold, name="lift_hold"),
]

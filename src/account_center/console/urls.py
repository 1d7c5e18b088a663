from django.urls import path

from account_center.console.pages import acts, customers, home, networks, reviews, sign_in, tickets

app_name = "console"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.with_password, name="sign_in"),
    path("sign-in/code", sign_in.with_code, name="sign_in_code"),
    path("sign-in/set-up", sign_in.set_up, name="sign_in_set_up"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("reviews/", reviews.queue, name="reviews"),
    path("reviews/<slug:reference>/", reviews.case, name="review"),
    path("reviews/<slug:reference>/take", reviews.take, name="review_take"),
    path("reviews/<slug:reference>/release", reviews.release, name="review_release"),
    path("reviews/<slug:reference>/<slug:slot>.jpg", reviews.picture, name="review_picture"),
    path("search", home.search, name="search"),
    path("chain", home.chain, name="chain"),
    path("jobs/<int:job_id>/again", home.job_again, name="job_again"),
    path("customers/<int:account_id>/", customers.show, name="customer"),
    path("customers/<int:account_id>/history", customers.history, name="customer_history"),
    path("customers/<int:account_id>/contacts", customers.contacts, name="contacts"),
    path("customers/<int:account_id>/send-names", acts.send_names, name="send_names"),
    path("customers/<int:account_id>/accounts-of-phone", acts.accounts_of_phone, name="accounts_of_phone"),
    path("customers/<int:account_id>/tenants-of-phone", acts.tenants_of_phone, name="tenants_of_phone"),
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/<slug:reference>/", tickets.ticket, name="ticket"),
    path("tickets/<slug:reference>/claim", tickets.claim, name="ticket_claim"),
    path("tickets/<slug:reference>/release", tickets.release, name="ticket_release"),
    path("tickets/<slug:reference>/answer", tickets.write_answer, name="ticket_answer"),
    path("tickets/<slug:reference>/note", tickets.write_note, name="ticket_note"),
    path("tickets/<slug:reference>/close", tickets.close, name="ticket_close"),
    path("tickets/<slug:reference>/account", tickets.bind, name="ticket_account"),
    path("tickets/<slug:reference>/propose", tickets.propose, name="ticket_propose"),
    path("tickets/<slug:reference>/remedies/<uuid:remedy>/approve", tickets.approve, name="remedy_approve"),
    path("tickets/<slug:reference>/remedies/<uuid:remedy>/refuse", tickets.refuse, name="remedy_refuse"),
    path("tickets/<slug:reference>/pictures/<uuid:image>", tickets.picture, name="ticket_picture"),
    path("tenants/<slug:public_id>/tenants-of-person", acts.tenants_of_person, name="tenants_of_person"),
    path("tenants/<slug:public_id>/country", acts.tenant_country, name="tenant_country"),
    path("tenants/<slug:public_id>/networks", networks.lift, name="lift_networks"),
    path("tenants/<slug:public_id>/hold", acts.place_hold, name="place_hold"),
    path("tenants/<slug:public_id>/hold/<int:hold_id>/lift", acts.lift_hold, name="lift_hold"),
]

from django.urls import path

from account_center.messaging.pages import unsubscribe_page

app_name = "messaging"
urlpatterns = [path("unsubscribe/<str:token>", unsubscribe_page, name="unsubscribe")]

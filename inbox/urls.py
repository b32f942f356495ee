from django.urls import path

from inbox.pages import views

urlpatterns = [
    path("chat/sessions/<uuid:session_id>/person/", views.ask_for_person, name="ask_for_person"),
    path("chat/sessions/<uuid:session_id>/go-on/", views.go_on, name="go_on"),
]

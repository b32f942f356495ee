from django.urls import path

from leads.pages import views

urlpatterns = [
    path("chat/sessions/<uuid:session_id>/contact/", views.of_session, name="contact"),
    path("chat/<slug:slug>/contact/", views.of_agent, name="first_contact"),
]

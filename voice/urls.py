from django.urls import path

from voice.messages import views

urlpatterns = [
    path("chat/<slug:slug>/voice/", views.first_voice, name="first_voice"),
    path("chat/<slug:slug>/voice/ready/", views.get_ready, name="voice_ready"),
    path("chat/<slug:slug>/begin/", views.begin, name="begin_session"),
    path("chat/sessions/<uuid:session_id>/voice/", views.voice, name="voice"),
    path("chat/sessions/<uuid:session_id>/speech/<uuid:message_id>/", views.speech, name="speech"),
]

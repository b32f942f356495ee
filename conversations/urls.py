from django.urls import path

from conversations.pages import attachments, feedback, landing, offline, preview, sheets, views

urlpatterns = [
    path("", landing.landing, name="landing"),
    path("privacy/", landing.privacy, name="privacy"),
    path("service-worker.js", offline.worker, name="service_worker"),  # at the root: its scope is below it
    path("chat/", views.default_chat, name="default_chat"),
    path("chat/csrf/", views.csrf_token, name="csrf_token"),
    path("chat/sessions/<uuid:session_id>/messages/", views.messages, name="messages"),
    path("chat/sessions/<uuid:session_id>/stop/", views.stop, name="stop"),
    path("chat/sessions/<uuid:session_id>/retry/", views.retry, name="retry"),
    path("chat/sessions/<uuid:session_id>/feedback/", feedback.feedback, name="feedback"),
    path("chat/sessions/<uuid:session_id>/delete/", views.delete, name="delete_session"),
    path("chat/sessions/<uuid:session_id>/attachments/", attachments.attachment, name="attachment"),
    path(
        "chat/sessions/<uuid:session_id>/attachments/<uuid:attachment_id>/remove/",
        attachments.remove_attachment,
        name="remove_attachment",
    ),
    path("chat/<slug:slug>/attachments/", attachments.first_attachment, name="first_attachment"),
    path("chat/<slug:slug>/", views.chat, name="chat"),
    path("chat/<slug:slug>/offline/", offline.shell, name="chat_offline"),
    path("chat/<slug:slug>/preview/", preview.preview, name="chat_preview"),
    path("chat/<slug:slug>/theme.css", sheets.theme, name="theme"),
    path("chat/<slug:slug>/own.css", sheets.custom_css, name="custom_css"),
    path("chat/<slug:slug>/privacy/", landing.privacy, name="agent_privacy"),
    path("chat/<slug:slug>/sessions/", views.session_list, name="session_list"),
    path("chat/<slug:slug>/messages/", views.first_message, name="first_message"),
    path("chat/<slug:slug>/<uuid:session_id>/", views.chat, name="chat_session"),
]

from django.urls import path

from embed.pages import views

urlpatterns = [
    path("embed.js", views.loader, name="embed_loader"),
    path("embed/<slug:slug>/", views.frame, name="embed_frame"),
    path("embed/<slug:slug>/offline/", views.shell, name="embed_offline"),
]

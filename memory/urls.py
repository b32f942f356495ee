from django.urls import path

from memory.pages import link, views

urlpatterns = [
    path("privacy/memory/", views.page, name="memory"),
    path("chat/<slug:slug>/memory/", views.page, name="agent_memory"),
    path("chat/<slug:slug>/memory/forget/", views.forget, name="memory_forget"),
    path("privacy/memory/choose/", views.choose, name="memory_choose"),
    path("privacy/memory/link/<str:token>/", link.page, name="memory_link"),
]

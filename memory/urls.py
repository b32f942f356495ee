from django.urls import path

from memory.pages import link, views

urlpatterns = [
    path("privacy/memory/", views.page, name="memory"),
    path("privacy/memory/choose/", views.choose, name="memory_choose"),
    path("privacy/memory/forget/", views.forget, name="memory_forget"),
    path("privacy/memory/link/<str:token>/", link.page, name="memory_link"),
]

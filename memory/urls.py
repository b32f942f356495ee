from django.urls import path

from memory.pages import views

urlpatterns = [
    path("privacy/memory/", views.page, name="memory"),
    path("privacy/memory/choose/", views.choose, name="memory_choose"),
    path("privacy/memory/forget/", views.forget, name="memory_forget"),
]

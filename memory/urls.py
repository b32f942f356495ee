from django.urls import path

from memory.pages import from_frame, link, views

urlpatterns = [
    path("privacy/memory/", views.page, name="memory"),
    path("chat/<slug:slug>/memory/", views.page, name="agent_memory"),
    path("chat/<slug:slug>/memory/forget/", views.forget, name="memory_forget"),
    path("chat/<slug:slug>/memory/choose/", views.choose, name="memory_choose"),
    path("chat/<slug:slug>/memory/frame/", from_frame.page, name="frame_memory"),
    path("chat/<slug:slug>/memory/frame/forget/", from_frame.forget, name="frame_memory_forget"),
    path("chat/<slug:slug>/memory/frame/choose/", from_frame.choose, name="frame_memory_choose"),
    path("privacy/memory/choose/", views.choose),  # of the landing page's agent, for pages that were drawn before
    path("privacy/memory/link/<str:token>/", link.page, name="memory_link"),
]

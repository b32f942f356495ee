from django.urls import path

from inbox.desk import views as desk
from inbox.pages import views

_desk = "admin/inbox/<uuid:session_id>/"
urlpatterns = [
    path("chat/sessions/<uuid:session_id>/person/", views.ask_for_person, name="ask_for_person"),
    path("chat/sessions/<uuid:session_id>/go-on/", views.go_on, name="go_on"),
    path("admin/inbox/", desk.page, name="inbox"),
    path("admin/inbox/list/", desk.listed, name="inbox_list"),
    path(_desk, desk.page, name="inbox_session"),
    path(f"{_desk}messages/", desk.earlier, name="inbox_earlier"),
    path(f"{_desk}search/", desk.search, name="inbox_search"),
    path(f"{_desk}take/", desk.take, name="inbox_take"),
    path(f"{_desk}release/", desk.release, name="inbox_release"),
    path(f"{_desk}pass/", desk.hand_on, name="inbox_pass"),
    path(f"{_desk}close/", desk.close, name="inbox_close"),
    path(f"{_desk}write/", desk.write, name="inbox_write"),
    path(f"{_desk}note/", desk.note, name="inbox_note"),
]

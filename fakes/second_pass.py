"""Which tests CI does not run again on PostgreSQL and Redis, though they use a database: beginnings of their names."""

# No database and no Redis changes how these end, though they use one: what they are about is decided before that is
# asked, or by a model, a voice or an ear, or they bring an SQLite of their own. Every kind of statement that they send
# is sent by a test that stays (compared statement by statement in November 2026). A new file is not among them.
THE_SAME_ON_ANY_STORAGE = (
    "access/tests/test_permissions.py",
    *(f"agents/tests/staff/test_admin_{name}.py" for name in ("errors", "leaving_the_landing_page", "without_model")),
    "conversations/tests/pages/test_landing_answers.py",
    *(f"conversations/tests/socket/test_{name}.py" for name in ("asyncapi", "json_socket_abuse")),
    "conversations/tests/rest/test_messages_refused.py",
    "knowledge/tests/websites/test_a_thousand_pages.py",
    *(f"voice/tests/stt/test_{name}.py" for name in ("foreign_speech", "missing_ears", "names")),
    "voice/tests/messages/test_talking_page.py",
    *(f"voice/tests/live/test_{name}.py" for name in ("counting", "thinking_models", "wiring")),
    *(f"voice/tests/live/{name}.py" for name in ("protocol/test_documents", "faults/test_speech", "faults/test_model")),
    *(f"salesagent/tests/rest/test_{name}.py" for name in ("access", "cors", "document", "errors", "versions")),
    *(f"salesagent/tests/serving/test_{name}.py" for name in ("forks", "headers")),
    *(f"e2e/processes/test_{name}.py" for name in ("floods", "full_and_locked", "many_connections", "nginx")),
    *(f"e2e/test_{name}.py" for name in ("api_examples", "wire")),
    # These send the suite's database nothing: they have an SQLite of their own, one that cannot be opened, or none.
    "salesagent/tests/test_arithmetic.py",
    *(f"salesagent/tests/serving/test_{name}.py" for name in ("back_pressure", "start_refused")),
    "salesagent/tests/test_seed.py::test_a_server_that_prepares_begins_with_no_database_at_all",
    *(
        f"knowledge/tests/websites/test_hostile_pages.py::test_{name}"
        for name in ("a_page_that", "what_only", "a_sitemap", "one_process", "a_process", "the_server")
    ),
)

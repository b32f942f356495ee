"""What every answer tells the browser."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/api/health", "/nowhere/", "/admin/login/"])
def test_devices_are_for_the_microphone_of_our_own_pages_only(client, agent, path):
    policy = client.get(path)["Permissions-Policy"]

    assert "microphone=(self)" in policy
    assert "camera=()" in policy
    assert "geolocation=()" in policy


def test_https_is_to_last_and_http_says_nothing(client, agent):
    assert client.get("/api/health", secure=True)["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in client.get("/api/health")

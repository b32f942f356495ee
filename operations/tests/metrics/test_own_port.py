"""A worker answers a monitor at a port of its own, and nobody else."""

import http.client

import pytest

from lib.figures import Tally
from operations.own_port import OwnPort

COUNTED = Tally("salesagent_tests_of_own_port", "Only for this test")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port():
    made = OwnPort("127.0.0.1", 0, lambda: True)
    yield made.server_address[1]
    made.shutdown()
    made.server_close()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_the_figures_of_this_process_are_read_there(port):
    COUNTED.add()

    status, page = ask(port, "/metrics")

    assert status == 200
    assert "salesagent_tests_of_own_port_total 1.0" in page
    assert 'salesagent_tasks{state="waiting"} 0.0' in page


def test_who_lacks_the_token_reads_nothing(port, settings):
    settings.METRICS_TOKEN = "a-token-of-sixteen"

    assert ask(port, "/metrics")[0] == 403
    assert ask(port, "/metrics", Authorization="Bearer wrong")[0] == 403
    assert ask(port, "/metrics", Authorization="Bearer a-token-of-sixteen")[0] == 200


def test_who_came_through_a_proxy_reads_nothing(port):
    assert ask(port, "/metrics", **{"X-Forwarded-For": "127.0.0.1"})[0] == 403


def test_it_lives_as_long_as_its_threads():
    made = OwnPort("127.0.0.1", 0, lambda: False)

    assert ask(made.server_address[1], "/healthz")[0] == 503
    made.shutdown()
    made.server_close()


def test_head_has_no_body_and_nothing_else_is_there(port):
    assert ask(port, "/healthz", "HEAD") == (200, "")
    assert ask(port, "/admin/")[0] == 404
    assert ask(port, "/metrics", "POST")[0] == 501

"""A process that lives says so, without a database: no test here may ask one."""

import json

from operations.tests.asking import ask


async def test_a_living_process_says_so_by_whatever_name_it_is_asked():
    status, headers, body = await ask("/healthz", host="10.1.2.3:8000", client=("10.9.9.9", 1))

    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert headers["cache-control"] == "no-store"

"""`make demo-web`: one command starts all of it, and nothing is left when it is stopped."""

import os
import re
import signal
import subprocess
import sys
import time

import httpx
import pytest

from tests.app.servers import ROOT
from tests.processes import stop

pytestmark = pytest.mark.browser
START_SECONDS = 150


def test_it_starts_says_where_and_stops(chromium, trained, tmp_path):
    trained(tmp_path)
    log = tmp_path / "said.txt"
    with log.open("w") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "handrail.app.web_demo"], cwd=ROOT, stdout=out,
            stderr=subprocess.STDOUT, env={**os.environ, "HANDRAIL_DATA": str(tmp_path)},
        )  # fmt: skip
    try:
        end = time.monotonic() + START_SECONDS
        while "Ctrl-C" not in log.read_text("utf-8"):
            assert running.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < end, log.read_text("utf-8")
            time.sleep(0.3)
        said = log.read_text("utf-8")
        addresses = re.findall(r"http://\S+", said)
        assert len(addresses) == 5, said
        assert [httpx.get(each).status_code for each in addresses] == [200] * 5
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=40) == 0
        assert "Nothing is left running." in log.read_text("utf-8")
        for each in addresses:
            with pytest.raises(httpx.ConnectError):
                httpx.get(each)
    finally:
        stop(running)

"""Each command of docs/rest.md is run against a real server and gives what the page shows."""

import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from iscckit.server.app import create_app
from iscckit.server.http.problems import KINDS
from iscckit.server.http.protocol import server_options
from iscckit.server.settings import Allowance, Settings

PAGE = (Path(__file__).parents[2] / "docs" / "rest.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```sh\n(curl .*?)\n```\n\n```json\n(.*?)\n```$", PAGE, re.M | re.S)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    options = server_options(Allowance())
    config = uvicorn.Config(create_app(Settings()), port=0, log_level="critical", **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize(("command", "shown"), EXAMPLES)
def test_commands_give_what_the_page_shows(port: int, command: str, shown: str) -> None:
    here = command.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    done = subprocess.run(here, shell=True, capture_output=True, check=True)
    told = json.loads(done.stdout)
    for name, value in json.loads(shown).items():
        assert told[name] == value


def test_the_page_has_commands_and_all_kinds_of_problems() -> None:
    assert len(EXAMPLES) >= 6
    assert PAGE.count("\ncurl ") == len(EXAMPLES)
    for slug, kind in KINDS.items():
        row = next(line for line in PAGE.splitlines() if f"`{slug}`" in line)
        assert str(kind.status) in row

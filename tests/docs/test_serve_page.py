"""The page of the service says what works: its session is run against a real service."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.server.process import Running

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "serve.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_session_with_curl_works(tmp_path: Path) -> None:
    (script,) = re.findall(r"^```bash\n(.*?)^```$", PAGE.read_text(), re.M | re.S)
    with Running(tmp_path) as running:
        result = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=ROOT,
            env=os.environ | {"ISCC": running.address, "ISCC_TOKEN": running.token},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].startswith("ISCC:KEC")
    assert "event: done" in lines
    assert lines[-1] == "done"


def test_the_unit_of_systemd_and_the_image_start_the_command_with_options_that_exist() -> None:
    for name in ("iscc.service", "Dockerfile"):
        text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
        folder = ROOT / "src/iscckit/cli"
        files = (folder / "serve.py", folder / "protection_options.py")
        code = "".join(path.read_text(encoding="utf-8") for path in files)
        given = re.findall(r"--(?:listen|port|host-name|library|spool|sandbox|log)\b", text)
        assert len(given) >= 4
        assert all(f'"{option}"' in code or option == "--library" for option in given)

"""The example of docs/compat.md gives what the page says, in all three packages."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "compat.md"


@pytest.mark.parametrize("package", ["iscckit.compat", "iscc_core", "iscc_lib"])
def test_the_example_runs_after_changing_one_line(
    package: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    program, output = found.groups()
    line = "from iscckit import compat as ic"
    assert line in program
    exec(program.replace(line, f"import {package} as ic"), {})
    assert capsys.readouterr().out == output

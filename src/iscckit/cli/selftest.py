"""``iscc selftest``: the official vectors, and kernel against twin, on this machine."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE
from iscckit.cli.terminal import paint, write_line

if TYPE_CHECKING:
    from iscckit.selftest import Check

__all__ = ["selftest"]

_GROUPS: Final = {
    "vector": "official vectors of iscc-core 1.5.0",
    "kernel": "comparisons of kernel and readable twin",
}


@click.command()
@click.option("-v", "--verbose", is_flag=True, help="Name each check, not only what fails.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a check.")
def selftest(verbose: bool, as_json: bool) -> int:
    """Run the official test vectors, and each kernel against its readable twin.

    Exit codes: 0 all pass, 3 something differs on this machine.
    """
    from iscckit.selftest import run  # slow to import; --help needs it not

    checks = []
    for check in run():
        checks.append(check)
        if as_json:
            write_line(json.dumps(asdict(check)))
        elif verbose or not check.passed:
            verdict = paint("ok", "good") if check.passed else paint("FAILED", "bad")
            write_line(f"{verdict}  {check.name}  {check.detail}".rstrip())
    if not as_json:
        _summarize(checks)
    return DONE if all(check.passed for check in checks) else DIFFERENT


def _summarize(checks: list[Check]) -> None:
    from iscckit import _kernel
    from iscckit.selftest import LEVELS

    for group, what in _GROUPS.items():
        members = [check for check in checks if check.group == group]
        passed = sum(check.passed for check in members)
        colour = "good" if passed == len(members) else "bad"
        seconds = sum(check.seconds for check in members)
        count = paint(f"{passed} of {len(members)}", colour)
        write_line(f"{count} {what} pass ({seconds:.1f} s)")
    ran = [name for level, name in LEVELS.items() if _kernel.can_run(level)]
    write_line(f"kernel versions compared: {'; '.join(ran)}")
    if missing := [name for name in LEVELS.values() if name not in ran]:
        write_line(f"not run on this processor: {'; '.join(missing)}")

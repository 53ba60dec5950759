"""Write docs/errors.md from the table of reasons and what each front end makes of them.

python -m tools.error_reference            write the page
python -m tools.error_reference --check    change nothing, only compare
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.generated_page import write_page

from iscckit.cli.exit_codes import exit_code
from iscckit.cli.ways_out import WAYS_OUT
from iscckit.errors import REASONS
from iscckit.server.http import problems

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "errors.md"
_HEAD: Final = """# Errors

Made from the table of reasons by `make docs`.

Every error of iscckit is an `IsccError`. Its message names the thing and the rule; its attribute
`reason_code` is one of the reasons below, and its facts are attributes with the names given here
(`error.facts` has all of them). Reason codes are stable, messages are not.

```pycon
>>> import iscckit
>>> try:
...     iscckit.Library.open("no-such-folder").search("ships")
... except iscckit.errors.IsccError as error:
...     print(error, error.reason_code, error.facts, sep="\\n")
no-such-folder: no library here
library-missing
{'folder': 'no-such-folder'}

```

A message names no option and no command, since the same error reaches people by a terminal, a web
page, a notebook and JSON. The command line and the service add the way out that they know.
"""


def _ways_out(code: str) -> Iterator[str]:
    terminal, service = WAYS_OUT[code], problems.WAYS_OUT.get(code)
    if terminal is not None:
        yield terminal
    if service is not None and service != terminal:
        yield f"service: {service}"


def page() -> str:
    """Return the whole page."""
    lines = [_HEAD, "| reason | what is wrong | facts | way out |", "|---|---|---|---|"]
    for code, (_, sentence, facts) in REASONS.items():
        names = ", ".join(f"`{name}`" for name in facts)
        lines.append(
            f"| `{code}` | {sentence} | {names} | {'; '.join(_ways_out(code)) or 'none'} |"
        )
    lines += [
        "",
        "The class decides the exit code of `iscc` and the kind of problem that the service",
        "answers ([REST](rest.md)); programs that do not care about the reason catch the class.",
        "",
        "| class | exit code | problem | reasons |",
        "|---|---|---|---|",
    ]
    for cls, slug in problems.SLUGS.items():
        codes = ", ".join(f"`{code}`" for code, row in REASONS.items() if row[0] is cls)
        status = problems.KINDS[slug].status
        number = exit_code(cls.__new__(cls))
        lines.append(f"| `{cls.__name__}` | {number} | {status} `{slug}` | {codes} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(write_page(PAGE, page(), __doc__))

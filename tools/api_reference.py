"""Write docs/api.md from the public names of iscckit and their docstrings."""

import inspect
import re
import sys
from pathlib import Path
from types import ModuleType

from tools.generated_page import write_page

import iscckit

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "api.md"
FORWARD = re.compile(r"ForwardRef\((\w+)\)")  # how named tuples show a type
HEAD = """# API reference

Made from the docstrings by `make docs`. Every name can be imported from `iscckit`; the module
it lives in is named with it.
"""


def signature(name: str, value: object) -> str:
    """Return the call of ``value`` as one would type it."""
    if not callable(value):
        return name
    try:
        return name + FORWARD.sub(r"\1", str(inspect.signature(value)).replace("'", ""))
    except (TypeError, ValueError):
        return name


def indent_free(text: str | None) -> str:
    """Return a docstring as Markdown: sections become bold lines, their bodies lists."""
    lines = []
    for line in inspect.cleandoc(text or "").splitlines():
        title = line.strip().removesuffix(":")
        if title in {"Args", "Returns", "Raises", "Source", "Attributes", "Yields", "Example"}:
            lines += ["", f"**{title}**", ""]
        elif line.startswith("    ") and not line.startswith("        "):
            lines.append(f"* {line.strip()}" if ": " in line else f"  {line.strip()}")
        else:
            lines.append(f"  {line.strip()}" if line.startswith(" ") else line)
    return "\n".join(lines)


def members(value: object) -> list[tuple[str, object]]:
    """Return the public methods and properties that a class defines itself."""
    if not inspect.isclass(value):
        return []
    return [
        (name, member)
        for name, member in vars(value).items()
        if not name.startswith("_")
        and (inspect.isfunction(member) or isinstance(member, property | classmethod))
        and inspect.getdoc(member)
    ]


def entry(name: str) -> str:
    """Return the section of one public name."""
    value = getattr(iscckit, name)
    if isinstance(value, ModuleType):
        return f"## `{name}`\n\nModule `{value.__name__}`.\n\n{indent_free(value.__doc__)}\n"
    home = getattr(value, "__module__", "iscckit")
    parts = [f"## `{signature(name, value)}`", f"`{home}`", indent_free(inspect.getdoc(value))]
    for member_name, member in members(value):
        inner = member.__func__ if isinstance(member, classmethod) else member
        shown = member_name if isinstance(member, property) else signature(member_name, inner)
        parts += [f"### `{name}.{shown}`", indent_free(inspect.getdoc(member))]
    return "\n\n".join(parts) + "\n"


def page() -> str:
    """Return the whole reference."""
    return "\n".join([HEAD, *(entry(name) for name in iscckit.__all__)])


if __name__ == "__main__":
    sys.exit(write_page(PAGE, page(), __doc__))

"""What the service adds to an installation."""

import re
from importlib.metadata import Distribution, distribution
from pathlib import Path

WEB = ("fastapi", "uvicorn", "httptools", "jinja2", "python-multipart")
MOST = 20 << 20
_OTHERWISE = re.compile(r"extra|python_version|sys_platform|platform_system")


def bytes_of(found: Distribution) -> int:
    """What a distribution puts on the disk, without what Python compiles later."""
    paths = [Path(each.locate()) for each in found.files or () if each.suffix != ".pyc"]
    return sum(path.stat().st_size for path in paths if path.exists())


def test_the_packages_of_the_web_are_small() -> None:
    todo, sizes = list(WEB), {}
    while todo:
        name = todo.pop()
        if name in sizes:
            continue
        found = distribution(name)
        sizes[name] = bytes_of(found)
        for line in found.requires or ():
            _, _, condition = line.partition(";")
            if not _OTHERWISE.search(condition):
                todo.append(re.split(r"[^\w.-]", line)[0].lower())
    assert sizes["fastapi"] > 100_000
    assert sum(sizes.values()) < MOST, sizes

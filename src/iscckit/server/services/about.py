"""What the service is made of and allows; for programs, and for the page that says it."""

from __future__ import annotations

import platform
from dataclasses import asdict
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from iscckit import _kernel
from iscckit.server.http.decoder_versions import list_decoders
from iscckit.server.services.semantic_models import models_of
from iscckit.version import VERSION

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.server.services.app_context import Context

__all__ = ["about_values"]

_LEVELS: Final = {1: "baseline", 2: "AVX2", 3: "AVX-512"}
_COMPONENTS: Final = ("blake3", "fastapi", "httptools", "pydantic", "uvicorn")


def about_values(context: Context) -> dict[str, JsonValue]:
    """Return what ``/api/v1/about`` answers; no paths, no names of users, no token."""
    settings = context.settings
    features = ["codes", "comparison"]
    features += ["token"] if settings.token is not None else []
    features += ["paths"] if settings.roots else []
    features += ["library"] if settings.library else []
    return {
        "version": VERSION,
        "iso": "24138:2024",
        "mode": "local" if settings.is_local else "remote",
        "components": {"Python": platform.python_version(), "kernel": _level(), **_packages()},
        "decoders": {what: f"{name} {found}" for what, name, found in list_decoders()},
        "models": {**models_of(settings.semantic)},
        "limits": dict(asdict(settings.allowance)),
        "sandbox": _layers(),
        "features": [*features],
    }


def _level() -> str:
    return _LEVELS.get(_kernel.best_level(), "baseline")


@cache
def _packages() -> dict[str, str]:
    return {name: version(name) for name in _COMPONENTS}


def _layers() -> list[JsonValue]:
    """Return what confines the workers."""
    try:
        sandbox = import_module("iscckit.workers.sandbox")
    except ModuleNotFoundError:
        return []
    return list(sandbox.active_layers())

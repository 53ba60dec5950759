"""The screen that takes a code apart."""

from fastapi import APIRouter

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

"""Types of the compiled kernels (kernel/bind/). ``level`` is that of kernel/cpu.hpp: 0 is best."""

from collections.abc import Buffer

# --- module.cpp
def can_run(level: int) -> bool: ...
def best_level() -> int: ...

# --- codec.cpp

# --- data.cpp

# --- text.cpp

# --- image.cpp

# --- signal.cpp
def simhash(digests: Buffer, width: int, level: int = 0) -> bytes: ...

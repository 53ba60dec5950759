"""Try input that nobody thought of, round after round, until the time is over or something fails.

python tools/fuzz.py [--seconds N] [ARGUMENT OF PYTEST ...]

A round runs every property of the tests with many examples, and damages a file of every format.
Each round has a seed, which is printed: the same seed gives the same input. A round that has begun
is finished. ``make fuzz`` is for nights; docs/fuzzing.md says what to do with what it finds.
"""

from __future__ import annotations

import argparse
import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
WHAT = "hypothesis or fuzz"  # markers: of Hypothesis's own, and of tests with --damage-seed


def run_round(seed: int, arguments: list[str]) -> int:
    """Run one round and return the exit code of pytest."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", WHAT, "--hypothesis-profile=fuzz"]
    command += [f"--hypothesis-seed={seed}", f"--damage-seed={seed}", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main(arguments: list[str] | None = None) -> int:
    """Run rounds until the time is over or one fails; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=3600.0, help="start no round after these")
    parser.add_argument("--seed", type=int, help="run one round with this seed")
    own, others = parser.parse_known_args(arguments)
    end = time.monotonic() + own.seconds
    rounds, code = 0, 0
    while code == 0 and (rounds == 0 or (own.seed is None and time.monotonic() < end)):
        seed = secrets.randbelow(1 << 32) if own.seed is None else own.seed
        print(f"round {rounds + 1}: seed {seed}", flush=True)
        code = run_round(seed, others)
        rounds += 1
    if code:
        print(f"failed: python tools/fuzz.py --seed {seed} {' '.join(others)}".rstrip())
    else:
        print(f"{rounds} round{'s' if rounds > 1 else ''}, nothing found")
    return code


if __name__ == "__main__":
    sys.exit(main())

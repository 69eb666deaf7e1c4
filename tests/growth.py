"""Time that grows with the input and no faster, without a word about seconds.

Eight times the input may take up to twenty-four times as long: n log n and a loaded machine fit in,
n² (sixty-four times) does not.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

FACTOR = 8
_SLACK = 3
_FLOOR = 0.002
"""Seconds below which the clock says nothing: shorter small runs count as this."""


def assert_linear(run: Callable[[int], object], size: int) -> None:
    """``run(n)`` does the work on an input of size n; it is called with ``size`` and eight times that.

    What it does to make the input counts too, so that should be cheap.
    """
    small, large = _seconds(run, size), _seconds(run, size * FACTOR)
    bound = max(small, _FLOOR) * FACTOR * _SLACK
    assert large <= bound, f"{FACTOR} times the input: {small:.4f} s became {large:.4f} s"


def _seconds(run: Callable[[int], object], size: int) -> float:
    """The shortest of three, in processor time, the collector's pauses aside."""
    best = float("inf")
    for _ in range(3):
        gc.collect()
        gc.disable()
        try:
            began = time.process_time()
            run(size)
            best = min(best, time.process_time() - began)
        finally:
            gc.enable()
    return best

"""How deep the proofs go: quick and the same every time, or deep and at random."""

import os

from hypothesis import HealthCheck, settings

DEEP = os.environ.get("STORNO_PROOF") == "deep"

settings.register_profile("house", derandomize=not DEEP, deadline=None)
"""What holds for every property: how long an example takes on a busy machine proves nothing."""


LOOKS = [("light", 390), ("dark", 1440)]
"""Colours and widths in which pages are looked at: a telephone by day, a desk by night."""
if DEEP:
    LOOKS += [("dark", 390), ("light", 768), ("light", 1440)]


def proof(quick: int, deep: int, *, steps: int = 50) -> settings:
    """So many examples; `steps` bounds the length of a story."""
    return settings(
        max_examples=deep if DEEP else quick,
        stateful_step_count=steps * 2 if DEEP else steps,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )

"""How deep the proofs go: quick and the same every time, or deep and at random."""

import os

from hypothesis import HealthCheck, settings

DEEP = os.environ.get("STORNO_PROOF") == "deep"


def proof(quick: int, deep: int, *, steps: int = 50) -> settings:
    """So many examples; `steps` bounds the length of a story."""
    return settings(
        max_examples=deep if DEEP else quick,
        stateful_step_count=steps * 2 if DEEP else steps,
        derandomize=not DEEP,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )

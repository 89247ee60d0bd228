"""Sharing an amount out so that the shares always add up to the whole."""

from collections.abc import Sequence


def share_out(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split `total` in proportion to `weights` by the largest remainder.

    Each share is its exact proportion, rounded down or up towards `total`; the units left over go
    to the largest remainders, the earliest first where they are equal. With weights of zero only,
    everything goes to the first. A negative total is shared like its positive.

    Units: whole (minor units); the shares add up to `total`.
    Raises ValueError for a negative weight, and for no weights unless the total is zero.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    if not weights:
        if total:
            raise ValueError(f"nobody to share {total} among")
        return ()
    if total < 0:
        return tuple(-share for share in share_out(-total, weights))
    whole = sum(weights)
    if whole == 0:
        return (total, *(0 for _ in weights[1:]))
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return tuple(shares)

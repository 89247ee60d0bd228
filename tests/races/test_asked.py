"""Links that are asked for at once: each time counts."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from storno.organizations.count import forget_asked, is_too_often
from storno.organizations.models import Asked
from tests.races.together import TIMES, together


def test_what_is_asked_at_once_counts_each_time(at: datetime) -> None:
    hour = at.replace(minute=0) + timedelta(days=400)  # nobody else asks in it
    ask = partial(is_too_often, of_link=1 + 3 * TIMES, of_address=6 * TIMES, at=hour)
    assert not ask("first", "here")
    id_ = Asked.objects.filter(hour=hour).earliest("times").id
    answers: Counter[bool] = Counter()
    for _time in range(TIMES):
        asking = [partial(ask, link, "here") for link in ("first", "second") * 3]
        answers.update(together(*asking, gate=("organizations_asked", id_)))
    assert answers == {False: 6 * TIMES - 1, True: 1}, "one more than an address may"
    counted = Asked.objects.filter(hour=hour).values_list("times", flat=True)
    assert sum(counted) == (1 + 6 * TIMES) + 6 * TIMES
    assert max(counted) == 1 + 6 * TIMES
    forget_asked(at=hour + timedelta(minutes=59))
    assert len(counted.all()) == 3
    forget_asked(at=hour + timedelta(hours=1))
    assert not Asked.objects.filter(hour__lte=hour).exists()

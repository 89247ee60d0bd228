"""What of your own diary leaves the house: a link for a calendar program, and e-mails to you."""

from django.conf import settings
from django.urls import reverse
from ninja import Router

from storno.api.answers import Told, doing, nothing, reading
from storno.api.bearer import Caller, Request
from storno.api.values import Body, Shown, ShownMoment, moment_text
from storno.diary.feed import FreshFeed, feed_of, make_feed, withdraw_feed
from storno.diary.messages.staff import are_cancellations_mailed, mail_cancellations

router = Router(tags=["diaries"])


class FeedIn(Body):
    """With `names` the calendar tells who comes and where, else only when you are busy."""

    names: bool = False


class FeedShown(Shown):
    """That there is a link; itself it is told only when it is made."""

    names: bool
    made_at: ShownMoment


class FeedState(Shown):
    """The link to your diary, null if there is none."""

    feed: FeedShown | None


class FreshFeedShown(FeedShown):
    """A new link, in `url`: it is kept nowhere."""

    url: str


def _made(_caller: Caller, fresh: FreshFeed) -> Told:
    shown = FreshFeedShown(
        names=fresh.feed.names,
        made_at=moment_text(fresh.feed.made_at),
        url=settings.SITE_URL + reverse("public_diary_feed", args=[fresh.secret]),
    )
    return Told(201, shown)


@router.get("/feed", response=FeedState)
@reading
def get_feed(request: Request) -> FeedState:
    """Whether there is a link to your diary; its secret is not told again."""
    kept = feed_of(request.auth.who)
    if kept is None:
        return FeedState(feed=None)
    return FeedState(feed=FeedShown(names=kept.names, made_at=moment_text(kept.made_at)))


@router.post("/feed", response={201: FreshFeedShown})
@doing(_made)
def post_feed(request: Request, body: FeedIn) -> FreshFeed:
    """Make a link to your diary; the one from before ends."""
    return make_feed(names=body.names, who=request.auth.who, at=request.auth.at)


@router.delete("/feed", response={204: None})
@doing(nothing)
def remove_feed(request: Request) -> None:
    """End the link."""
    withdraw_feed(who=request.auth.who, at=request.auth.at)


class MailsIn(Body):
    """With `cancellations` you get an e-mail when a client cancels."""

    cancellations: bool


class MailsShown(Shown):
    """Which e-mails you get about your diary."""

    cancellations: bool


@router.get("/mails", response=MailsShown)
@reading
def get_mails(request: Request) -> MailsShown:
    """Which e-mails you get about your diary."""
    return MailsShown(cancellations=are_cancellations_mailed(request.auth.who))


@router.put("/mails", response={204: None})
@doing(nothing)
def put_mails(request: Request, body: MailsIn) -> None:
    """Choose which e-mails you get about your diary."""
    mail_cancellations(body.cancellations, who=request.auth.who, at=request.auth.at)

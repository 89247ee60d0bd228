"""Addresses of the diary, below an organization's."""

from django.urls import path

from storno.web.diary import (
    booking,
    cancel,
    cancel_series,
    change,
    change_series,
    drag,
    feed,
    following,
    grants,
    hours,
    new,
    of_client,
    series,
    views,
)

urlpatterns = [
    path("diary/", views.diary, name="diary"),
    path("diary/events/", views.diary_events, name="diary_events"),
    path("diary/new/", new.session_new, name="session_new"),
    path("diary/new/activity/", new.activity_new, name="activity_new"),
    path("diary/feed/", feed.feed, name="feed"),
    path("diary/feed/withdrawal/", feed.feed_withdraw, name="feed_withdraw"),
    path("diary/hours/", hours.own_hours, name="own_hours"),
    path("diary/hours/<uuid:membership_id>/", hours.hours, name="hours"),
    path("diary/hours/<uuid:membership_id>/other/", hours.hours_other, name="hours_other"),
    path(
        "diary/hours/<uuid:membership_id>/<uuid:week_id>/remove/",
        hours.week_remove,
        name="week_remove",
    ),
    path(
        "diary/hours/<uuid:membership_id>/other/<uuid:other_hours_id>/remove/",
        hours.other_hours_remove,
        name="other_hours_remove",
    ),
    path("diary/access/", grants.diary_access, name="diary_access"),
    path("diary/access/mails/", grants.diary_mails, name="diary_mails"),
    path("diary/access/<uuid:membership_id>/end/", grants.diary_close, name="diary_close"),
    path("diary/series/<uuid:series_id>/", series.series, name="series"),
    path(
        "diary/series/<uuid:series_id>/change/", change_series.series_change, name="series_change"
    ),
    path(
        "diary/series/<uuid:series_id>/cancellation/",
        cancel_series.series_cancel,
        name="series_cancel",
    ),
    path(
        "diary/series/<uuid:series_id>/restoration/",
        series.series_restore,
        name="series_restore",
    ),
    path("clients/<uuid:client_id>/sessions/", of_client.client_sessions, name="client_sessions"),
    path("diary/<uuid:booking_id>/", booking.booking, name="booking"),
    path("diary/<uuid:booking_id>/change/", change.booking_change, name="booking_change"),
    path("diary/<uuid:booking_id>/time/", drag.booking_time, name="booking_time"),
    path(
        "diary/<uuid:booking_id>/following/",
        following.booking_following,
        name="booking_following",
    ),
    path(
        "diary/<uuid:booking_id>/attendance/", booking.booking_attendance, name="booking_attendance"
    ),
    path("diary/<uuid:booking_id>/cancellation/", cancel.booking_cancel, name="booking_cancel"),
    path("diary/<uuid:booking_id>/restoration/", booking.booking_restore, name="booking_restore"),
    path("diary/<uuid:booking_id>/draft/", booking.booking_draft, name="booking_draft"),
    path(
        "diary/<uuid:booking_id>/messages/<uuid:letter_id>/attempts/",
        booking.booking_letter,
        name="booking_letter",
    ),
]

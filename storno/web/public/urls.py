"""What a link in a letter opens; letters bear these addresses."""

from django.urls import path

from storno.web.public import card, feed, session, views

urlpatterns = [
    path("diary/feed/<str:secret>.ics", feed.diary_feed, name="public_diary_feed"),
    path("i/<str:signed>", views.invoice, name="public_invoice"),
    path("i/<str:signed>/pdf", views.pdf, name="public_pdf"),
    path("i/<str:signed>/pdf/<uuid:credit_note_id>", views.pdf, name="public_credit_note_pdf"),
    path("i/<str:signed>/link", views.new_link, name="public_new_link"),
    path("i/<str:signed>/pay", card.pay, name="public_pay"),
    path("i/<str:signed>/paid", card.paid, name="public_paid"),
    path("i/<str:signed>/paid/state", card.paid_state, name="public_paid_state"),
    path("hooks/stripe/<uuid:address_id>", card.hook, name="provider_hook"),
    path("s/<str:key>", session.session, name="public_session"),
    path("s/<str:key>/cancel", session.session_cancel, name="public_session_cancel"),
    path("s/<str:key>/<uuid:session_id>", session.session, name="public_session"),
    path(
        "s/<str:key>/<uuid:session_id>/cancel",
        session.session_cancel,
        name="public_session_cancel",
    ),
    path("s/<str:key>/reminders", session.session_reminders, name="public_session_reminders"),
    path("s/<str:key>/calendar", session.session_calendar, name="public_session_calendar"),
]

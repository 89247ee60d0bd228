"""Every address of Storno, by door."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("storno.web.home.urls")),
    path("account/", include("storno.web.sign_in.urls")),
    path("", include("storno.web.join.urls")),
    path("", include("storno.web.public.urls")),
    path("o/<slug:slug>/", include("storno.web.jump.urls")),
    path("o/<slug:slug>/", include("storno.web.papers.urls")),
    path("o/<slug:slug>/", include("storno.web.diary.urls")),
    path("o/<slug:slug>/", include("storno.web.bank.urls")),
    path("o/<slug:slug>/", include("storno.web.payouts.urls")),
    path("o/<slug:slug>/", include("storno.web.clients.urls")),
    path("o/<slug:slug>/", include("storno.web.catalogue.urls")),
    path("o/<slug:slug>/", include("storno.web.settings.urls")),
    path("o/<slug:slug>/", include("storno.web.members.urls")),
    path("o/<slug:slug>/", include("storno.web.exports.urls")),
    path("o/<slug:slug>/", include("storno.web.support.urls")),
    path("o/<slug:slug>/", include("storno.web.cases.urls")),
    path("o/<slug:slug>/", include("storno.web.mailbox.urls")),
    path("desk/", include("storno.web.desk.urls")),
    path("", include("storno.api.urls")),
]

handler400 = "storno.web.refused.unreadable"
handler500 = "storno.web.refused.defect"

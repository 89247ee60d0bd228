"""Addresses of customer service, outside of all organizations."""

from django.urls import path

from storno.web.desk import (
    cases,
    conversation,
    money,
    organization,
    queue,
    search,
    to_payer,
    visits,
)

urlpatterns = [
    path("", queue.queue, name="desk"),
    path("refund-cases/", cases.desk_cases, name="desk_cases"),
    path("refund-cases/<uuid:case_id>/", cases.desk_case, name="desk_case"),
    path(
        "refund-cases/<uuid:case_id>/approval/", cases.desk_case_approval, name="desk_case_approval"
    ),
    path("refund-cases/<uuid:case_id>/refusal/", cases.desk_case_refusal, name="desk_case_refusal"),
    path(
        "refund-cases/<uuid:case_id>/confirmation/",
        cases.desk_case_confirmation,
        name="desk_case_confirmation",
    ),
    path("refund-cases/<uuid:case_id>/undo/", cases.desk_case_undo, name="desk_case_undo"),
    path("refund-cases/<uuid:case_id>/open/", cases.desk_case_open, name="desk_case_open"),
    path("money/", money.desk_money, name="desk_money"),
    path("money/<uuid:entry_id>/", money.desk_entry, name="desk_entry"),
    path("money/<uuid:entry_id>/match/", money.desk_match, name="desk_match"),
    path("money/<uuid:entry_id>/undoing/", money.desk_unmatch, name="desk_unmatch"),
    path(
        "organizations/<uuid:organization_id>/invoices/<uuid:invoice_id>/to-payer/",
        to_payer.desk_repay,
        name="desk_repay",
    ),
    path(
        "organizations/<uuid:organization_id>/invoices/<uuid:invoice_id>/to-payer/"
        "<uuid:to_payer_id>/off/",
        to_payer.desk_off_list,
        name="desk_off_list",
    ),
    path("search/", search.desk_search, name="desk_search"),
    path(
        "organizations/<uuid:organization_id>/",
        organization.desk_organization,
        name="desk_organization",
    ),
    path("organizations/<uuid:organization_id>/visit/", organization.desk_visit, name="desk_visit"),
    path("organizations/<uuid:organization_id>/lines/", organization.desk_lines, name="desk_lines"),
    path(
        "organizations/<uuid:organization_id>/invoices/<uuid:invoice_id>/",
        organization.desk_invoice,
        name="desk_invoice",
    ),
    path("visits/", visits.visits, name="desk_visits"),
    path("searches/", visits.searches, name="desk_searches"),
    path(
        "conversations/<uuid:conversation_id>/",
        conversation.desk_conversation,
        name="desk_conversation",
    ),
    path(
        "conversations/<uuid:conversation_id>/hand/",
        conversation.desk_hand,
        name="desk_hand",
    ),
    path(
        "conversations/<uuid:conversation_id>/end/",
        conversation.desk_end,
        name="desk_end",
    ),
    path(
        "conversations/<uuid:conversation_id>/refund-case/",
        cases.desk_case_new,
        name="desk_case_new",
    ),
    path(
        "conversations/<uuid:conversation_id>/files/<uuid:attachment_id>/",
        conversation.desk_file,
        name="desk_file",
    ),
]

"""The organization of the token: how it stands on its documents, and how it works."""

from typing import Any, Literal
from uuid import UUID

from ninja import Router

from storno.administration.change_settings import SettingsChanges
from storno.administration.seller import SellerChanges
from storno.api.answers import Told, doing, reading
from storno.api.bearer import Caller, Request
from storno.api.errors import BlockerShown, blockers_shown
from storno.api.v1.address import FIELDS, AddressShown
from storno.api.values import (
    Body,
    Chosen,
    Number,
    Shown,
    ShownNumber,
    Text,
    number_text,
    unsent,
)
from storno.diary.usual import change_organization
from storno.organizations.completeness import missing_for_issue
from storno.organizations.models import (
    AfterCredit,
    AutomaticAt,
    Channel,
    ClientShownAs,
    Country,
    Kid,
    KidMadeOf,
    LateCharges,
    MessageBy,
    Method,
    PaidCredit,
    Seller,
    Settings,
    VatOn,
    Wording,
)
from storno.organizations.queries import organization_called, seller_of, settings_of

router = Router(tags=["organization"])


class SettingsShown(Shown):
    """How the organization works.

    `paid_credit`, `zero_rate_open`, `reverse_charge_open` and `support_contact` are the operator's.
    """

    hold_seconds: int
    paid_credit: PaidCredit
    after_credit: AfterCredit
    wording: Wording
    default_channel: Channel
    vat_on: VatOn
    method: Method
    draft_at_booking: bool
    automatic_at: AutomaticAt
    automatic_minutes: int
    notification_days: list[int]
    overdue_days: list[int]
    client_shown_as: ClientShownAs
    closed_on_holidays: bool
    message_by: MessageBy
    zero_rate_open: bool
    reverse_charge_open: bool
    office_may_credit: bool
    own_clients: bool
    client_years: int
    person_term_days: int
    company_term_days: int
    notice_days: int
    late_interest: ShownNumber
    late_charges: LateCharges
    settled_cents: int
    exemption_reason: str
    support_contact: str


class OrganizationShown(Shown):
    """The organization; `missing` names what the law wants to know before the first document.

    In `custody` clients pay to the operator's account, which then is the `account`.
    """

    id: UUID
    slug: str
    name: str
    country: Country
    currency: str
    time_zone: str
    language: str
    business_id: str
    vat_registered: bool
    enterprise_register: bool
    address: AddressShown
    email: str
    phone: str
    website: str
    account: str
    bic: str
    kid_algorithm: Kid
    kid_length: int
    kid_layout: KidMadeOf
    kid_client_digits: int
    custody: bool
    settings: SettingsShown
    missing: list[BlockerShown]


class SellerAddressPatch(Body):
    """The parts of the address that shall be other than they are."""

    street: Text = unsent()
    postcode: Text = unsent()
    city: Text = unsent()


class SettingsPatch(Body):
    """The settings that shall be other than they are."""

    hold_seconds: int = unsent()
    after_credit: Chosen[AfterCredit] = unsent()
    wording: Chosen[Wording] = unsent()
    default_channel: Chosen[Channel] = unsent()
    vat_on: Chosen[VatOn] = unsent()
    method: Chosen[Method] = unsent()
    draft_at_booking: bool = unsent()
    automatic_at: Chosen[AutomaticAt] = unsent()
    automatic_minutes: int = unsent()
    notification_days: list[int] = unsent()
    overdue_days: list[int] = unsent()
    client_shown_as: Chosen[ClientShownAs] = unsent()
    closed_on_holidays: bool = unsent()
    message_by: Chosen[MessageBy] = unsent()
    office_may_credit: bool = unsent()
    own_clients: bool = unsent()
    client_years: int = unsent()
    person_term_days: int = unsent()
    company_term_days: int = unsent()
    notice_days: int = unsent()
    late_interest: Number = unsent()
    late_charges: Chosen[LateCharges] = unsent()
    settled_cents: int = unsent()
    exemption_reason: Text = unsent()


class OrganizationPatch(Body):
    """What shall be other than it is; another `account` needs a token with the scope `money`.

    Another account has no KID until one is set for it.
    """

    name: Text = unsent()
    language: Literal["en", "fi", "nb"] = unsent()
    time_zone: Text = unsent()
    business_id: Text = unsent()
    vat_registered: bool = unsent()
    enterprise_register: bool = unsent()
    address: SellerAddressPatch = SellerAddressPatch()
    email: Text = unsent()
    phone: Text = unsent()
    website: Text = unsent()
    account: Text = unsent()
    bic: Text = unsent()
    kid_algorithm: Chosen[Kid] = unsent()
    kid_length: int = unsent()
    kid_layout: Chosen[KidMadeOf] = unsent()
    kid_client_digits: int = unsent()
    settings: SettingsPatch = SettingsPatch()

    def seller(self) -> SellerChanges:
        """The details as the room takes them."""
        own = self.model_dump(exclude={"address", "settings"}, exclude_unset=True)
        return SellerChanges(**own, **self.address.model_dump(exclude_unset=True))

    def how_it_works(self) -> SettingsChanges:
        """The settings as the room takes them."""
        return SettingsChanges(**self.settings.model_dump(exclude_unset=True))


def show_organization(caller: Caller) -> OrganizationShown:
    """The caller's organization, as it is now."""
    seller = seller_of(caller.organization.id)
    return OrganizationShown(
        id=caller.organization.id,
        slug=caller.organization.slug,
        name=seller.name,
        country=Country(seller.country),
        currency=seller.currency,
        time_zone=seller.time_zone,
        language=seller.language,
        business_id=seller.business_id,
        vat_registered=seller.vat_registered,
        enterprise_register=seller.enterprise_register,
        address=AddressShown(
            street=seller.street,
            postcode=seller.postcode,
            city=seller.city,
            country=seller.country,
        ),
        email=seller.email,
        phone=seller.phone,
        website=seller.website,
        account=seller.account,
        bic=seller.bic,
        custody=caller.organization.in_custody,
        settings=_settings(caller),
        missing=blockers_shown(missing_for_issue(seller), caller, fields=FIELDS),
        **_kid(seller),
    )


def _kid(seller: Seller) -> dict[str, Any]:
    return {
        "kid_algorithm": Kid(seller.kid_algorithm),
        "kid_length": seller.kid_length,
        "kid_layout": KidMadeOf(seller.kid_layout),
        "kid_client_digits": seller.kid_client_digits,
    }


def _settings(caller: Caller) -> SettingsShown:
    settings = settings_of(caller.organization.id)
    organization = organization_called(caller.organization.slug)
    return SettingsShown(
        hold_seconds=settings.hold_seconds,
        paid_credit=PaidCredit(settings.paid_credit),
        after_credit=AfterCredit(settings.after_credit),
        wording=Wording(settings.wording),
        default_channel=Channel(settings.default_channel),
        vat_on=VatOn(settings.vat_on),
        method=Method(settings.method),
        draft_at_booking=settings.draft_at_booking,
        automatic_at=AutomaticAt(settings.automatic_at),
        automatic_minutes=settings.automatic_minutes,
        **_schedules(settings),
        client_shown_as=ClientShownAs(settings.client_shown_as),
        closed_on_holidays=settings.closed_on_holidays,
        message_by=MessageBy(settings.message_by),
        zero_rate_open=settings.zero_rate_open,
        reverse_charge_open=settings.reverse_charge_open,
        office_may_credit=organization.office_may_credit,
        own_clients=organization.own_clients,
        client_years=settings.client_years,
        exemption_reason=settings.exemption_reason,
        support_contact=settings.support_contact,
        **_terms(settings),
    )


def _schedules(settings: Settings) -> dict[str, Any]:
    """On which days somebody is told by itself of what is to pay."""
    return {
        "notification_days": settings.notification_days,
        "overdue_days": settings.overdue_days,
    }


def _terms(settings: Settings) -> dict[str, Any]:
    """What holds of payments."""
    return {
        "person_term_days": settings.person_term_days,
        "company_term_days": settings.company_term_days,
        "notice_days": settings.notice_days,
        "late_interest": number_text(settings.late_interest),
        "late_charges": LateCharges(settings.late_charges),
        "settled_cents": settings.settled_cents,
    }


def _changed(caller: Caller, _result: None) -> Told:
    return Told(200, show_organization(caller))


@router.get("", response=OrganizationShown)
@reading
def get_organization(request: Request) -> OrganizationShown:
    """The organization of the token."""
    return show_organization(request.auth)


@router.patch("", response=OrganizationShown)
@doing(_changed, fields=FIELDS)
def patch_organization(request: Request, body: OrganizationPatch) -> None:
    """Change the fields that are sent, all of them or none; new documents say it.

    Drafts of sessions to come follow another `settings.method`; those of sessions that are over,
    and those that would leave at once, keep their way.
    """
    change_organization(
        body.seller(), body.how_it_works(), who=request.auth.who, at=request.auth.at
    )

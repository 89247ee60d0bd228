"""The profiles: first values of single settings. Nothing asks for a profile afterwards."""

from dataclasses import dataclass
from enum import StrEnum

from storno.administration.change_settings import OperatorSettings, SettingsChanges
from storno.organizations.models import AfterCredit, Channel, PaidCredit, VatOn, Wording


class Profile(StrEnum):
    """The two kinds of user that Storno knows first values for."""

    LIGHT_ENTREPRENEUR = "light_entrepreneur"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class FirstValues:
    """What a profile sets when an organization is created."""

    by_members: SettingsChanges
    by_operator: OperatorSettings


PROFILES: dict[Profile, FirstValues] = {
    Profile.LIGHT_ENTREPRENEUR: FirstValues(
        SettingsChanges(
            hold_seconds=1200,
            after_credit=AfterCredit.NOTHING,
            wording=Wording.SERVICE,
            default_channel=Channel.EMAIL,
            vat_on=VatOn.PAYMENT,
        ),
        OperatorSettings(
            paid_credit=PaidCredit.DESK, zero_rate_open=False, reverse_charge_open=False
        ),
    ),
    Profile.PRACTICE: FirstValues(
        SettingsChanges(
            hold_seconds=0,
            after_credit=AfterCredit.DRAFT,
            wording=Wording.PRACTICE,
            default_channel=Channel.NONE,
            vat_on=VatOn.INVOICE,
            own_clients=True,
        ),
        OperatorSettings(
            paid_credit=PaidCredit.MEMBERS, zero_rate_open=True, reverse_charge_open=True
        ),
    ),
}

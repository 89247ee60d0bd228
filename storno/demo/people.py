"""Who the people of the demonstration are, for whoever chooses one to sign in as."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Words
from storno.demo.entrepreneurs import ANNA_MAIJA, JUHANI, MINNA

ALICE, KARI, NILS = "alice@example.com", "kari@example.com", "nils@example.com"
PIA, TUOMAS = "pia@example.com", "tuomas@example.com"

WHAT: Mapping[str, Words] = {
    ALICE: _("light entrepreneur in Finland"),
    KARI: _("practice in Norway"),
    NILS: _("practitioner there, no administrator"),
    MINNA.email: _("light entrepreneur, paid to a client money account"),
    JUHANI.email: _("another one, a photographer"),
    ANNA_MAIJA.email: _("another one, a gardener with a long name"),
    PIA: _("operator that keeps the client money"),
    TUOMAS: _("customer service; the second step tells its code"),
}
"""What each is, by the address with which they sign in, in the order of a look around."""

"""What is said to customer service, as it is typed and chosen on a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storno.support.files import LARGEST, MOST, Upload
from storno.support.models import LONGEST_MESSAGE
from storno.support.talk import Said


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Any number of files; the verb says which are taken."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file that was chosen."""
        chosen = data if isinstance(data, list | tuple) else [data]
        return [super(_FilesField, self).clean(each, initial) for each in chosen if each]


class SayForm(forms.Form):
    """A message with its files."""

    text = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    attachments = _FilesField(
        label=_("Files"),
        required=False,
        help_text=_("PDF, pictures or plain text; five of 5 MB each."),
        widget=_SeveralFiles(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.txt"}),
    )

    def said(self) -> Said:
        """What is said, with no more of it read than may be taken."""
        chosen = self.cleaned_data["attachments"][: MOST + 1]
        files = [Upload(each.name, each.read(LARGEST + 1)) for each in chosen]
        return Said(self.cleaned_data["text"], files)

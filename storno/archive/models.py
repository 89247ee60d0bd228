"""Write-once files: the paper as it went out."""

from typing import ClassVar

from django.db import models

from storno.organizations.keys import TenantKey
from storno.organizations.sealed import Sealed


class FileKind(models.TextChoices):
    """What a file is to its subject."""

    PDF = "pdf"
    LETTER = "letter"


class File(Sealed):
    """A file of one subject with its SHA-256; removed only by lawful erasure."""

    FORMS: ClassVar = {
        1: ("id", "organization_id", "subject_id", "kind", "sha256", "filed_at", "form")
    }

    subject_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    content = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    filed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="file_key"),
            models.UniqueConstraint(
                fields=["organization", "subject_id", "kind"], name="one_file_of_a_kind"
            ),
        ]

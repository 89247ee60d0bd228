"""Who signs in. A person stands above every organization and belongs to some by membership."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id


class People(BaseUserManager["Person"]):
    """Makes persons; the one place that knows how an address is normalised."""

    def create_user(self, email: str, password: str | None = None, **fields: str) -> "Person":
        """Make a person who signs in by e-mail; without a password the person resets it first."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """A human being with a sign-in. What a person may do hangs on memberships, not on this row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    language = models.CharField(max_length=2, default="en")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email


class Remembered(models.Model):
    """What all processes remember together for a while: counts of the sign-in, forms to be sent.

    It is the table of Django's database cache, a model so that migrations make it and the grants
    know it; nothing but that cache reads or writes it.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

"""Who is let in at all."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from storno.people.models import Person
from storno.people.queries import may_sign_in


class SignIn(AuthenticationBackend):
    """Lets in whom `may_sign_in` lets in, at sign-in and again at each request of a session."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return isinstance(user, Person) and may_sign_in(user)

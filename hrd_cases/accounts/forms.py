"""The shape of what members type about themselves. Secrets are taken as typed; nothing here is ever kept."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, StringField

from hrd_cases.accounts.strength import LONGEST, STRENGTH, check_new_passphrase
from hrd_cases.errors import Refused
from hrd_cases.forms import Form, Text

_CODE_HINT = _l("From your authenticator app")
_RECOVERY_HINT = _l("The seven groups on the paper you keep. Capitals, spaces and dashes do not matter")


class SignInForm(Form):
    sign_in = Text(_l("Sign-in name"))
    passphrase = PasswordField(_l("Passphrase"))
    code = StringField(_l("Six-digit code"), description=_CODE_HINT)


class UnlockForm(Form):
    passphrase = PasswordField(_l("Passphrase"))
    code = StringField(_l("Six-digit code"), description=_CODE_HINT)


class CodeForm(Form):
    code = StringField(_l("Six-digit code"), description=_CODE_HINT)


class ProofForm(Form):
    passphrase = PasswordField(_l("Your passphrase"))
    code = StringField(_l("Six-digit code"), description=_CODE_HINT)


class InvitationForm(Form):
    sign_in = Text(_l("Sign-in name"), description=_l("The name you were told with the code, such as officer.cairo"))
    code = Text(_l("Invitation code"), description=_l("Four groups of four. Capitals, spaces and dashes do not matter"))


class NewPassphrase(Form):
    """Two fields in which someone chooses a passphrase."""

    new = PasswordField(
        _l("New passphrase"),
        description=_l(
            "At least 15 characters. Four or five words that have nothing to do with each other; spaces too"
        ),
    )
    again = PasswordField(_l("The same passphrase once more"))

    def strength_for(self, sign_in: str) -> int:
        """3 or 4, or 0 with the reason said at its field."""
        chosen = self.new.data or ""
        try:
            strength = check_new_passphrase(chosen[: LONGEST + 1], sign_in)
        except Refused as refused:
            self.refuse(refused, "new")
            return 0
        if (self.again.data or "") != chosen:
            self.refuse(_("The two differ. Type the same passphrase in both fields."), "again")
            return 0
        return strength


def strength_words(chosen: int) -> str:
    """How strong the passphrase just chosen is; "" if none was chosen (0)."""
    return str(_(STRENGTH[chosen])) if chosen else ""


class ChangePassphraseForm(NewPassphrase):
    first: ClassVar[tuple[str, ...]] = ("passphrase",)
    passphrase = PasswordField(_l("The passphrase you have now"))

    def strength_for(self, sign_in: str) -> int:
        if self.new.data and self.new.data == self.passphrase.data:
            self.refuse(_("That is the passphrase you have. Choose another one."), "new")
            return 0
        return super().strength_for(sign_in)


class NewKeysForm(ChangePassphraseForm):
    first = ("passphrase", "code")
    code = StringField(_l("Six-digit code"), description=_CODE_HINT)


class RecoveryCodeForm(Form):
    """The recovery code, typed back from paper."""

    recovery_code = Text(_l("Recovery code"), description=_l("Type it from your paper, not from this page"))


class LostPassphraseForm(Form):
    sign_in = Text(_l("Sign-in name"))
    recovery_code = Text(_l("Recovery code"), description=_RECOVERY_HINT)
    code = StringField(_l("Six-digit code"), description=_CODE_HINT)


class LostAuthenticatorForm(Form):
    sign_in = Text(_l("Sign-in name"))
    passphrase = PasswordField(_l("Passphrase"))
    recovery_code = Text(_l("Recovery code"), description=_RECOVERY_HINT)


class WordsForm(Form):
    words = Text(
        _l("The register's six words"), description=_l("As they are read to you. Dashes and capitals do not matter")
    )


class LanguageForm(Form):
    language = RadioField(_l("Language of the pages"), validate_choice=False)

    def choose_from(self, languages: dict[str, str]) -> str:
        """The one chosen, or "" with the reason said."""
        self.language.choices = list(languages.items())
        chosen = str(self.language.data)
        if chosen in languages:
            return chosen
        self.refuse(_("Choose one of these languages."), "language")
        return ""

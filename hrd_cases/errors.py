"""What can go wrong, in the words of the house. `door` turns each into one page (DESIGN §2)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Self


class Sentence(str):
    """A sentence of ours, in English, that is translated where it is shown; `%(name)s` stands for a value."""

    __slots__ = ()


def N_(english: str) -> Sentence:  # noqa: N802 - the mark by which translators' tools find it
    """Mark a sentence for the translators. Rooms that know no reader say theirs with it."""
    return Sentence(english)


class Days(int):
    """A number of days in a sentence of ours: said with the reader's own word and plural."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{int(self)} day{'' if self == 1 else 's'}"


class Euro(Decimal):
    """A sum in euro in a sentence of ours: said with the reader's own signs."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"€{Decimal(self):,.2f}"


class HrdError(Exception):
    """Base of every error the house raises on purpose."""


class Refused(HrdError):
    """A rule says no. The only error that speaks to the user in its own words.

    `reason` is a whole sentence; `who_can` says who may do it, or what to do instead. `values` fill the places of both;
    one that is a `Sentence`, `Days` or `Euro` itself is said in the reader's language too.
    """

    def __init__(self, reason: str, who_can: str = "", **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.who_can = who_can
        self.values = values

    @classmethod
    def of(cls, sentences: tuple[Sentence, Sentence], **values: object) -> Self:
        """A refusal out of a table of marked sentences: (reason, who can)."""
        reason, who_can = sentences
        return cls(reason, who_can, **values)

    def said(
        self,
        translate: Callable[[str], str] = str,
        days: Callable[[int], str] = lambda days: str(Days(days)),
        euro: Callable[[Decimal], str] = lambda sum_: str(Euro(sum_)),
    ) -> tuple[str, str]:
        """(reason, who can) with their values, in the language of `translate`, `days` and `euro`; English by itself."""

        def in_words(one: object) -> object:
            if isinstance(one, Sentence):
                return translate(one)
            if isinstance(one, Days):
                return days(int(one))
            return euro(Decimal(one)) if isinstance(one, Euro) else one

        values = {name: in_words(one) for name, one in self.values.items()}
        reason, who_can = (translate(one) if one else "" for one in (self.reason, self.who_can))
        return (reason % values, who_can % values) if values else (reason, who_can)

    def __str__(self) -> str:
        return " ".join(filter(None, self.said()))


class NotSignedIn(HrdError):
    """Nobody is signed in, or the session is locked: the sign-in page, with the typed form kept."""


class ComesFirst(HrdError):
    """Signed in, but something comes first: a step of enrolment or recovery, or a charter that seats the member."""


class Absent(HrdError):
    """The thing does not exist, or exists but not for this member: both look the same (404).

    `reason`: what everybody reads who is not shown such a thing; None: that there is no such page.
    """

    reason: Sentence | None = None

    @classmethod
    def saying(cls, reason: Sentence | None) -> Self:
        found = cls()
        found.reason = reason
        return found


class Forbidden(HrdError):
    """The member sees the thing but may not do this to it (403)."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


class NeedsSecondFactor(HrdError):
    """The act needs a second factor younger than the one this session has."""


class Changed(HrdError):
    """Someone else changed the thing meanwhile (409): both versions are shown, nothing is lost."""


class StaleToken(HrdError):
    """A form without the token of this session, or sent from another site (400)."""


class MadeEarlier(HrdError):
    """A form made before this session was unlocked: it is kept, and its member sends it again."""


class TooLarge(HrdError):
    """The body is larger than any form of ours (413)."""


class TooManyTries(HrdError):
    """Throttled: try again after `seconds` (429)."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class Locked(HrdError):
    """This session holds no key that opens the record."""


class Destroyed(Locked):
    """The key that opened the record is nowhere any more: no colleague hands it over."""


class Tampered(HrdError):
    """A sealed thing, a signature or a charter failed its check: do not rely on it."""


class Unproven(HrdError):
    """Who made it cannot be told now, for their charters or their public key fail their check: it waits."""


class Unfit(HrdError):
    """The installation cannot run safely as it stands; the message is one sentence for the operator."""

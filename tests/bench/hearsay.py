"""How a name comes to be typed by somebody else, told another way than in noise.py: on a telephone, from what was heard
on a call, from a passport of another country, from a form with too few or too many boxes.

Its sources are the geometry of telephone keyboards, published systems of transliteration as whole tables (ISO 9:1995,
Duden, French practice; DIN 31635, the Arabic chat alphabet; Tongyong Pinyin and Yale; Vietnamese Telex left uncomposed)
and what clerks do with parts of names. Nothing here knows the rules of hrd_cases/names, and must not.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from math import hypot

Words = tuple[str, ...]

# -- systems of transliteration


def table(text: str) -> dict[str, str]:
    """ "a=b c=d e=": each sign with what stands for it."""
    return {sign: written for sign, _, written in (pair.partition("=") for pair in text.split())}


CYRILLIC = (
    # ISO 9:1995
    table("""а=a б=b в=v г=g д=d е=e ё=ë ж=ž з=z и=i й=j к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=c ч=č ш=š
    щ=ŝ ъ=ʺ ы=y ь=ʹ э=è ю=û я=â і=ì ў=ŭ є=ê ї=ï ґ=g̀"""),
    # Duden
    table("""а=a б=b в=w г=g д=d е=e ё=jo ж=sch з=s и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=ch ц=z
    ч=tsch ш=sch щ=schtsch ъ= ы=y ь= э=e ю=ju я=ja і=i ў=u є=je ї=ji ґ=g"""),
    # French practice
    table("""а=a б=b в=v г=gu д=d е=e ё=io ж=j з=z и=i й=ï к=k л=l м=m н=n о=o п=p р=r с=s т=t у=ou ф=f х=kh ц=ts
    ч=tch ш=ch щ=chtch ъ= ы=y ь= э=e ю=iou я=ia і=i ў=ou є=ie ї=ï ґ=g"""),
)
ARABIC = (
    # DIN 31635; short vowels, which are not written, come from what was heard (`_voiced`)
    table("""ا=ā أ=a إ=i آ=ā ب=b ت=t ث=ṯ ج=ǧ ح=ḥ خ=ḫ د=d ذ=ḏ ر=r ز=z س=s ش=š ص=ṣ ض=ḍ ط=ṭ ظ=ẓ ع=ʿ غ=ġ ف=f ق=q ك=k
    ل=l م=m ن=n ه=h و=ū ي=ī ة=a ى=ā ء=ʾ ئ=ʾ ؤ=ʾ"""),
    # the chat alphabet of telephones
    table("""ا=a أ=2a إ=2i آ=2a ب=b ت=t ث=th ج=g ح=7 خ=5 د=d ذ=z ر=r ز=z س=s ش=sh ص=9 ض=d ط=6 ظ=z ع=3 غ=gh ف=f ق=8
    ك=k ل=l م=m ن=n ه=h و=o ي=y ة=a ى=a ء=2 ئ=2 ؤ=2"""),
)
PINYIN = (
    table("zh=jh q=c x=s iu=iou ui=uei"),  # Tongyong
    table("zh=j q=ch x=sy z=dz c=ts ao=au"),  # Yale
)
TURKISH_ABROAD = table("ş=sh ç=ch ğ=gh ı=i ö=oe ü=ue c=j Ş=Sh Ç=Ch İ=I Ö=Oe Ü=Ue")
TELEX = table("\u0301=s \u0300=f \u0309=r \u0303=x \u0323=j \u0302=^ \u0306=w \u031b=w")


def by_table(word: str, signs: dict[str, str]) -> str:
    """The longest sign first, as all these systems want it."""
    longest = sorted(signs, key=len, reverse=True)
    lower, written, at = word.lower(), "", 0
    while at < len(lower):
        sign = next((sign for sign in longest if lower.startswith(sign, at)), lower[at])
        written += signs.get(sign, sign)
        at += len(sign)
    return written.capitalize()


def _voiced(word: str, signs: dict[str, str], rng: random.Random) -> str:
    """With vowels between consonants, as somebody heard them."""
    consonants = [signs.get(letter, letter) for letter in word]
    vowels = "aeiouāīū"
    voiced = consonants[0]
    for before, sound in pairwise(consonants):
        gap = before[-1:] not in vowels and sound[:1] not in vowels and rng.random() < 0.7
        voiced += (rng.choice("aaaie") if gap else "") + sound
    return voiced.capitalize()


def telex(word: str) -> str:
    """Typed letter by letter where nothing composes them."""
    plain, tones = "", ""
    for letter in unicodedata.normalize("NFD", word.replace("đ", "dd").replace("Đ", "Dd")):
        mark = TELEX.get(letter)
        if mark == "^":
            plain += plain[-1]
        elif mark == "w":
            plain += mark
        elif mark:
            tones = mark
        elif not unicodedata.combining(letter):
            plain += letter
    return plain + tones


def other_system(own: Words, latin: Words, rng: random.Random) -> Words:
    """The whole name in one system that its script has."""
    kind = unicodedata.name("".join(own)[0], "")
    if kind.startswith("CYRILLIC"):
        chosen = rng.choice(CYRILLIC)
        return tuple(by_table(word, chosen) for word in own)
    if kind.startswith("ARABIC"):
        chosen = rng.choice(ARABIC)
        return tuple(_voiced(word, chosen, rng) for word in own)
    if kind.startswith("CJK"):
        chosen = rng.choice(PINYIN)
        return tuple(by_table(word, chosen) for word in latin)
    whole = unicodedata.normalize("NFD", "".join(own))
    if any(letter in "ığİş" for letter in "".join(own)) or "\u0327" in whole:
        return tuple(by_table(word, TURKISH_ABROAD) for word in own)
    if any(mark in whole for mark in "\u0300\u0302\u0309\u031b\u0323đĐ"):
        return tuple(map(telex, own))
    return tuple(word.replace("ñ", "ny").replace("Ñ", "Ny") for word in own)


# -- telephone keyboards: a key is hit near the one that was meant

KEYBOARDS = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    ("йцукенгшщзх", "фывапролджэ", "ячсмитьбю"),
    ("ضصثقفغعهخحج", "شسيبلاتنمك", "ظطذدزروةى"),
)


def _near(rows: tuple[str, ...]) -> dict[str, str]:
    """The letters less than one key and a half away; rows are centred above each other."""
    at = {
        letter: (place - len(row) / 2, float(number))
        for number, row in enumerate(rows)
        for place, letter in enumerate(row)
    }
    return {
        letter: "".join(other for other in at if other != letter and hypot(at[other][0] - x, at[other][1] - y) < 1.5)
        for letter, (x, y) in at.items()
    }


NEAR = [_near(rows) for rows in KEYBOARDS]


def fat_finger(word: str, rng: random.Random) -> str:
    """A key beside, above or below; or both at once."""
    at = rng.randrange(len(word))
    near = rng.choice([keys[word[at].lower()] for keys in NEAR if word[at].lower() in keys] or [word[at]])
    hit = rng.choice(near)
    return word[:at] + rng.choice((hit, hit, hit + word[at], word[at] + hit)) + word[at + 1 :]


def hasty(word: str, rng: random.Random) -> str:
    """A letter not hit hard enough; two in the wrong order; the end of the word cut off."""
    if len(word) < 4:
        return word
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (word[:at] + word[at + 1 :], word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :], word[:-1])
    )


def slips(words: Words, rng: random.Random) -> Words:
    at = rng.randrange(len(words))
    return (*words[:at], rng.choice((fat_finger, fat_finger, hasty))(words[at], rng), *words[at + 1 :])


# -- parts of names, as clerks treat them

TITLES = ("Dr", "Mrs", "Sr", "Haji", "Prof.", "Me")
MORE = ("Ali", "Maria", "Ivanovich", "Grace", "Nur", "Luis", "Thi", "Kemal", "Petrovna", "Hassan")


def left_out(words: Words, rng: random.Random) -> Words:
    gone = rng.randrange(len(words))
    return tuple(word for at, word in enumerate(words) if at != gone) if len(words) > 2 else words


def added(words: Words, rng: random.Random) -> Words:
    """A title, a second given name, a patronymic that the file does not have."""
    if rng.random() < 0.4:
        return (rng.choice(TITLES), *words)
    at = rng.randrange(1, len(words) + 1)
    return (*words[:at], rng.choice(MORE), *words[at:])


def swapped(words: Words, rng: random.Random) -> Words:
    """The surname first, with a comma or without."""
    return (words[-1] + rng.choice((",", "")), *words[:-1])


def run_together(words: Words, rng: random.Random) -> Words:
    """The space was not hit."""
    if len(words) < 2:
        return words
    at = rng.randrange(len(words) - 1)
    return (*words[:at], words[at] + words[at + 1].lower(), *words[at + 2 :])


def torn(words: Words, rng: random.Random) -> Words:
    """A space too many."""
    at = rng.randrange(len(words))
    if len(words[at]) < 6:
        return words
    cut = rng.randrange(2, len(words[at]) - 2)
    return (*words[:at], words[at][:cut], words[at][cut:], *words[at + 1 :])


def initials(words: Words, rng: random.Random) -> Words:
    """Every given name as its first letter."""
    return (*(word[0] + rng.choice((".", "")) for word in words[:-1]), words[-1])


Change = Callable[[Words, random.Random], Words]
CHANGES: tuple[tuple[Change, int], ...] = (
    (slips, 40),
    (left_out, 10),
    (added, 10),
    (swapped, 12),
    (run_together, 10),
    (torn, 5),
    (initials, 8),
)


def retold(own: Words, latin: Words, rng: random.Random) -> str:
    """A name as it reaches the search. Who writes it in another system makes fewer slips besides."""
    chance = rng.random()
    typed = other_system(own, latin, rng) if chance < 0.4 else latin if chance < 0.75 else own
    changes, weights = zip(*CHANGES, strict=True)
    for change in rng.choices(changes, weights, k=rng.choice((0, 1, 1, 2)) if chance < 0.4 else rng.choice((1, 1, 2))):
        typed = change(typed, rng)
    return " ".join(typed).casefold() if rng.random() < 0.3 else " ".join(typed)

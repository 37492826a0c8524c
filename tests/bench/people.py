"""A hundred thousand people who do not exist: names put together by chance from common given names and from sounds, in
their own script and as somebody once wrote them in Latin letters.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

CASES = 100_000


@dataclass(frozen=True)
class Name:
    """One name in two scripts; for names of Latin script both are the same but for marks."""

    own: tuple[str, ...]
    latin: tuple[str, ...]


Part = tuple[str, str]


def pairs(text: str) -> list[Part]:
    """ "own/latin own/latin …" """
    return [(own, latin) for own, _, latin in (word.partition("/") for word in text.split())]


ARABIC_GIVEN = pairs("""
محمد/Mohamed أحمد/Ahmed علي/Ali عمر/Omar خالد/Khaled حسن/Hassan حسين/Hussein يوسف/Youssef
إبراهيم/Ibrahim محمود/Mahmoud مصطفى/Mostafa كريم/Karim طارق/Tarek سمير/Samir وليد/Walid رامي/Rami
هشام/Hisham جمال/Gamal فاطمة/Fatma مريم/Mariam سلمى/Salma نور/Nour ليلى/Laila هدى/Huda زينب/Zeinab
أمل/Amal رانيا/Rania دينا/Dina سارة/Sara منى/Mona إيمان/Iman عائشة/Aisha خديجة/Khadija ياسمين/Yasmin
سعاد/Souad نادية/Nadia جميلة/Jamila رشيد/Rachid بلال/Bilal أنس/Anas زياد/Ziad ماجد/Majed فيصل/Faisal
سلطان/Sultan عبدالرحمن/Abdelrahman عبدالله/Abdullah عبدالعزيز/Abdulaziz عبدالكريم/Abdelkarim
""")
ARABIC_SOUNDS = pairs("""
ب/b ت/t ج/j ح/h خ/kh د/d ر/r ز/z س/s ش/sh ص/s ط/t ع/a غ/gh ف/f ق/q ك/k ل/l م/m ن/n ه/h
""")
RUSSIAN_GIVEN = pairs("""
Александр/Aleksandr Алексей/Aleksey Андрей/Andrey Дмитрий/Dmitriy Сергей/Sergey Михаил/Mikhail
Иван/Ivan Николай/Nikolay Владимир/Vladimir Евгений/Yevgeniy Юрий/Yuriy Пётр/Pyotr Павел/Pavel
Олег/Oleg Анна/Anna Елена/Yelena Ольга/Olga Наталья/Natalya Татьяна/Tatyana Ирина/Irina
Светлана/Svetlana Мария/Mariya Юлия/Yuliya Ксения/Kseniya Алёна/Alyona Тарас/Taras Оксана/Oksana
Богдан/Bogdan Уладзімір/Uladzimir Аляксандр/Aliaksandr Надзея/Nadzeya Вольга/Volha
""")
CYRILLIC_SOUNDS = pairs("""
ба/ba бе/be ва/va ви/vi га/ga го/go да/da до/do жу/zhu за/za зи/zi ка/ka ко/ko ла/la ле/le лу/lu
ма/ma ме/me мо/mo на/na не/ne ни/ni па/pa по/po ра/ra ре/re ро/ro са/sa се/se си/si та/ta те/te
то/to фи/fi ха/kha хо/kho ча/cha че/che ша/sha ще/shche цы/tsy ю/yu я/ya
""")
CYRILLIC_ENDINGS = pairs("""
ов/ov ова/ova ев/ev ева/eva ин/in ина/ina ский/skiy ская/skaya енко/enko ук/uk ич/ich
""")
CHINESE_SURNAMES = pairs("""
王/Wang 李/Li 张/Zhang 刘/Liu 陈/Chen 杨/Yang 黄/Huang 赵/Zhao 吴/Wu 周/Zhou 徐/Xu 孙/Sun 马/Ma 朱/Zhu 胡/Hu 郭/Guo
何/He 高/Gao 林/Lin 罗/Luo 郑/Zheng 梁/Liang 谢/Xie 宋/Song 唐/Tang 许/Xu 韩/Han 冯/Feng 邓/Deng 曹/Cao 彭/Peng
曾/Zeng 萧/Xiao 田/Tian 董/Dong
""")
CHINESE_GIVEN = pairs("""
伟/wei 芳/fang 娜/na 敏/min 静/jing 丽/li 强/qiang 磊/lei 军/jun 洋/yang 勇/yong 艳/yan 杰/jie 涛/tao 明/ming
超/chao 霞/xia 平/ping 刚/gang 桂/gui 英/ying 华/hua 玉/yu 兰/lan 云/yun 建/jian 国/guo 文/wen 志/zhi 海/hai 小/xiao
红/hong 春/chun 晓/xiao 东/dong 宁/ning 雪/xue 飞/fei 鹏/peng 浩/hao 宇/yu 子/zi 思/si 雨/yu 梦/meng 佳/jia 欣/xin
怡/yi 博/bo 天/tian 成/cheng 康/kang 瑞/rui 安/an 清/qing
""")
SPANISH_GIVEN = [
    "José",
    "Luis",
    "Juan",
    "Carlos",
    "Jorge",
    "Miguel",
    "Ángel",
    "Jesús",
    "Andrés",
    "Óscar",
    "Raúl",
    "Martín",
    "Sebastián",
    "Nicolás",
    "María",
    "Ana",
    "Lucía",
    "Sofía",
    "Rocío",
    "Inés",
    "Mónica",
    "Verónica",
    "Yolanda",
    "Ximena",
    "Beatriz",
    "Pilar",
    "Consuelo",
    "Guadalupe",
    "Héctor",
    "Iván",
    "Joaquín",
    "Tomás",
    "Adrián",
    "Rubén",
    "Hernán",
    "Julián",
]
SPANISH_SOUNDS = [
    "ba",
    "ca",
    "ce",
    "co",
    "cha",
    "da",
    "de",
    "do",
    "fu",
    "ga",
    "gui",
    "ja",
    "ji",
    "la",
    "lle",
    "lo",
    "llo",
    "ma",
    "me",
    "mo",
    "na",
    "ne",
    "ña",
    "ño",
    "pa",
    "pe",
    "po",
    "que",
    "ra",
    "re",
    "rro",
    "sa",
    "se",
    "ta",
    "te",
    "to",
    "va",
    "ve",
    "za",
    "ze",
]
SPANISH_ENDINGS = ["ez", "az", "do", "no", "ra", "les", "ón", "ero", "illo", "uela", "rte", "ña"]
AFRICAN_GIVEN = [
    "Amina",
    "Kwame",
    "Kofi",
    "Ama",
    "Chidi",
    "Ngozi",
    "Emeka",
    "Wanjiku",
    "Otieno",
    "Achieng",
    "Juma",
    "Neema",
    "Baraka",
    "Tendai",
    "Thabo",
    "Sipho",
    "Nomvula",
    "Mamadou",
    "Fatou",
    "Ousmane",
    "Aminata",
    "Ibrahima",
    "Awa",
    "Moussa",
    "Seydou",
    "Mariama",
    "Abdoulaye",
    "Cheikh",
    "Yaw",
    "Adwoa",
    "Okello",
    "Nakato",
    "Wasswa",
    "Jean",
    "Pierre",
    "Marie",
    "Claude",
]
AFRICAN_SOUNDS = [
    "ba",
    "bu",
    "da",
    "di",
    "ka",
    "ki",
    "ko",
    "ku",
    "la",
    "le",
    "li",
    "lu",
    "ma",
    "mba",
    "mi",
    "mu",
    "mwe",
    "na",
    "nda",
    "ndu",
    "nga",
    "ngo",
    "nja",
    "nya",
    "nyi",
    "o",
    "ra",
    "sa",
    "si",
    "su",
    "ta",
    "te",
    "ti",
    "to",
    "wa",
    "we",
    "ye",
    "zi",
    "chi",
]
TURKISH_GIVEN = [
    "Mehmet",
    "Mustafa",
    "Ahmet",
    "Hüseyin",
    "İbrahim",
    "İsmail",
    "Ömer",
    "Gökhan",
    "Şükrü",
    "Çağla",
    "Ayşe",
    "Zeynep",
    "Gülşen",
    "Özlem",
    "Işıl",
    "Yıldız",
    "Büşra",
    "Çiğdem",
    "Uğur",
]
TURKISH_SOUNDS = [
    "ak",
    "al",
    "ay",
    "ba",
    "bo",
    "ça",
    "çe",
    "da",
    "de",
    "er",
    "gö",
    "gü",
    "ha",
    "ka",
    "ki",
    "kö",
    "la",
    "ma",
    "mu",
    "nı",
    "oğ",
    "öz",
    "ra",
    "sa",
    "şa",
    "ta",
    "te",
    "to",
    "tu",
    "ü",
    "ya",
    "yı",
    "yü",
    "zü",
]
TURKISH_ENDINGS = ["oğlu", "taş", "çı", "lı", "er", "gül", "kaya", "dağ", "soy", "türk"]
VIETNAMESE_SURNAMES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
VIETNAMESE_GIVEN = [
    "Văn",
    "Thị",
    "Minh",
    "Hữu",
    "Đức",
    "Ngọc",
    "Thanh",
    "Hồng",
    "Quang",
    "Xuân",
    "Thu",
    "Lan",
    "Hương",
    "Mai",
    "Linh",
    "Hà",
    "Dũng",
    "Hùng",
    "Tuấn",
    "Phương",
    "Thảo",
    "Trang",
    "Yến",
    "Nhung",
    "Bình",
    "Sơn",
]
MARKS = str.maketrans(
    "áàảãạâấầẩẫậăắằẳẵặéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđÁÉÍÓÚÑñçÇğĞıİöÖşŞüÜĐ",
    "aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyydAEIOUNncCgGiIoOsSuUD",
)


@cache
def _weights(count: int) -> list[float]:
    return list(accumulate((rank + 5) ** -0.7 for rank in range(count)))


def skewed(rng: random.Random, choices: list) -> object:
    """Some names are common, most are rare: the most common of 3,000 surnames is that of one in a hundred."""
    return rng.choices(choices, cum_weights=_weights(len(choices)))[0]


SURNAMES = 3_000
"""Different surnames of a people: with the given names some 30,000 words in all."""


def pool(make: Callable[[random.Random], Part]) -> list[Part]:
    rng = random.Random(make.__name__)
    return [make(rng) for _ in range(SURNAMES)]


def arabic(rng: random.Random) -> Name:
    given: Part = skewed(rng, ARABIC_GIVEN)  # type: ignore[assignment]
    father: Part = skewed(rng, ARABIC_GIVEN)  # type: ignore[assignment]
    root: Part = skewed(rng, ARABIC_ROOTS)  # type: ignore[assignment]
    own, latin = root
    if rng.random() < 0.5:
        own, latin = "ال" + own, rng.choice(("Al-", "El-", "Al ", "El ")) + latin.capitalize()
    return Name((given[0], father[0], own), (given[1], father[1], latin if latin[0].isupper() else latin.capitalize()))


def _root(rng: random.Random) -> Part:
    (a, x), (b, y), (c, z) = rng.sample(ARABIC_SOUNDS, 3)
    patterns = (
        (a + "ا" + b + c, x + "a" + y + "i" + z),
        (a + b + "ي" + c, x + "a" + y + "i" + z),
        ("م" + a + b + "و" + c, "ma" + x + y + "u" + z),
        (a + b + "ا" + c, x + "a" + y + y + "a" + z),
        (a + b + c + "ان", x + "a" + y + z + "an"),
        (a + b + "و" + c, x + "a" + y + "u" + z),
    )
    own, latin = rng.choice(patterns)
    return (own + "ي", latin + "i") if rng.random() < 0.4 else (own, latin)


def russian(rng: random.Random) -> Name:
    given: Part = skewed(rng, RUSSIAN_GIVEN)  # type: ignore[assignment]
    surname: Part = skewed(rng, RUSSIAN_SURNAMES)  # type: ignore[assignment]
    return Name((given[0], surname[0]), (given[1], surname[1]))


def _surname(rng: random.Random) -> Part:
    sounds = rng.choices(CYRILLIC_SOUNDS, k=rng.choice((2, 3, 3)))
    stem = "".join(own for own, _ in sounds)[:-1], "".join(latin for _, latin in sounds).rstrip("aeiouy")
    ending = rng.choice(CYRILLIC_ENDINGS)
    return (stem[0] + ending[0]).capitalize(), (stem[1] + ending[1]).capitalize()


ARABIC_ROOTS = pool(_root)
RUSSIAN_SURNAMES = pool(_surname)


def chinese(rng: random.Random) -> Name:
    surname: Part = skewed(rng, CHINESE_SURNAMES)  # type: ignore[assignment]
    given = rng.choices(CHINESE_GIVEN, k=2 if rng.random() < 0.85 else 1)
    own = surname[0] + "".join(sign for sign, _ in given)
    return Name((own,), (surname[1], "".join(latin for _, latin in given).capitalize()))


def marked(given: list[str], sounds: list[str], endings: list[str], surnames: int) -> Callable[[random.Random], Name]:
    made = random.Random(endings[0])
    known = [_composed(made, sounds, endings) for _ in range(SURNAMES)]

    def name(rng: random.Random) -> Name:
        own = (str(skewed(rng, given)), *(str(skewed(rng, known)) for _ in range(surnames)))
        return Name(own, tuple(word.translate(MARKS) for word in own))

    return name


def _composed(rng: random.Random, sounds: list[str], endings: list[str]) -> str:
    return ("".join(rng.choices(sounds, k=rng.choice((1, 2, 2, 3)))) + rng.choice(endings)).capitalize()


def vietnamese(rng: random.Random) -> Name:
    own = (str(skewed(rng, VIETNAMESE_SURNAMES)), rng.choice(VIETNAMESE_GIVEN), rng.choice(VIETNAMESE_GIVEN))
    return Name(own, tuple(word.translate(MARKS) for word in own))


PEOPLES: list[tuple[Callable[[random.Random], Name], int]] = [
    (arabic, 30),
    (russian, 20),
    (marked(SPANISH_GIVEN, SPANISH_SOUNDS, SPANISH_ENDINGS, 2), 20),
    (marked(AFRICAN_GIVEN, AFRICAN_SOUNDS, AFRICAN_SOUNDS, 1), 12),
    (chinese, 6),
    (marked(TURKISH_GIVEN, TURKISH_SOUNDS, TURKISH_ENDINGS, 1), 8),
    (vietnamese, 4),
]


@dataclass(frozen=True)
class Filed:
    """One case: whose it is, and every name on the file as it was written there."""

    defender: Name
    written: tuple[str, ...]


def shown(words: tuple[str, ...]) -> str:
    return " ".join(words)


def filed(count: int = CASES, seed: int = 1) -> Iterator[Filed]:
    """So many cases; on average two and a half names each."""
    rng = random.Random(seed)
    makers, weights = [maker for maker, _ in PEOPLES], [weight for _, weight in PEOPLES]
    for maker in rng.choices(makers, weights, k=count):
        defender = maker(rng)
        written = [shown(defender.own if rng.random() < 0.7 else defender.latin)]
        if rng.random() < 0.7:
            written.append(shown(defender.latin))
        if rng.random() < 0.6:
            lawyer = maker(rng)
            written.append(shown(lawyer.own if rng.random() < 0.5 else lawyer.latin))
        if rng.random() < 0.3:
            written.append(shown((*defender.latin[:-1], maker(rng).latin[-1])))
        yield Filed(defender, tuple(dict.fromkeys(written)))

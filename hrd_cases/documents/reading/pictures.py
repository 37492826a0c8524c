"""Pictures: looked at, shown smaller, and drawn anew without what a camera wrote into them."""

from __future__ import annotations

from io import BytesIO

from PIL import (
    ExifTags,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from hrd_cases.documents.reading.answers import (
    LONGEST_SIDE,
    MOST_PIXELS,
    MOST_PIXELS_KEPT,
    Answer,
    Given,
    Unread,
    found,
)

FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
}
"""By kind what the library calls it: no other of its many readers is ever tried."""
LOADED = (GifImagePlugin, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
"""By name, or the library would load its forty readers to find these."""
_BAD = (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError, OverflowError)
"""What its readers raise for a broken file."""


def prepare() -> None:
    """Load what reads them, by reading one of each: the library loads much only when a file needs it, and later no file
    can be opened any more.
    """
    Image.MAX_IMAGE_PIXELS = None  # measured here, before anything is unpacked
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    for kind, form in FORMATS.items():
        into = BytesIO()
        Image.new("RGB", (2, 2)).save(into, form, exif=turned)
        practice = Given(kind, into.getvalue())
        look(practice), show(practice), clean(practice)


def look(given: Given) -> Answer:
    """Is it a picture of this kind, of a size that somebody could open?"""
    picture = _opened(given)
    if _pixels(picture) > MOST_PIXELS_KEPT:
        raise Unread("too many pixels")
    return found(*(["large"] if _pixels(picture) > MOST_PIXELS else []))


def show(given: Given) -> Answer:
    """The first picture of a file, smaller, as a JPEG that holds nothing but its pixels."""
    picture = _opened(given)
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # of a JPEG only as much is unpacked as is shown
    drawn = _upright(picture)
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return Answer({"kind": "image/jpeg", "pages": 1}, _written(_on_white(drawn), "JPEG", quality=80))


def clean(given: Given) -> Answer:
    """The first picture of a file, as large as it is, drawn anew: a JPEG stays one, any other becomes a PNG."""
    drawn = _upright(_opened(given))
    if given.kind == "image/jpeg":
        return Answer({"kind": given.kind, "pages": 1}, _written(_on_white(drawn), "JPEG", quality=95, subsampling=0))
    plain = drawn if drawn.mode in ("1", "L", "LA", "RGB", "RGBA") else drawn.convert("RGBA")
    return Answer({"kind": "image/png", "pages": 1}, _written(_bare(plain), "PNG"))


def _opened(given: Given) -> Image.Image:
    try:
        return Image.open(BytesIO(given.content), formats=(FORMATS[given.kind],))
    except _BAD as error:
        raise Unread("damaged") from error


def _upright(picture: Image.Image) -> Image.Image:
    """Unpacked, and turned as the camera said it was held."""
    if _pixels(picture) > MOST_PIXELS:
        raise Unread("too large to show")
    try:
        picture.load()
        return ImageOps.exif_transpose(picture)
    except _BAD as error:
        raise Unread("damaged") from error


def _pixels(picture: Image.Image) -> int:
    return picture.size[0] * picture.size[1]


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return _bare(picture)
    clear = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(clear, mask=clear.getchannel("A"))
    return white


def _bare(picture: Image.Image) -> Image.Image:
    """Its pixels alone: neither where and when it was taken, nor any profile or comment."""
    picture.info.clear()
    picture.getexif().clear()
    return picture


def _written(picture: Image.Image, form: str, **options: int) -> bytes:
    into = BytesIO()
    picture.save(into, form, **options)
    return into.getvalue()

"""What the tables need to know of names."""

from __future__ import annotations

import unicodedata

# Three capitals are nearly always an airport code, and two a vehicle's or a postal one; these are printed as names.
PRINTED_INITIALS = {"NYC", "NY", "LA", "SF", "KL"}
# Letters that canonical decomposition leaves alone, and the signs for ayn and hamza, as GeoNames spells them in ASCII.
ASCII_OF = str.maketrans({
    "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
    "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n", "Ŋ": "N", "ə": "a", "Ə": "A",
    "‘": "'", "’": "'", "ʻ": "'", "ʼ": "'", "ʾ": "'", "ʿ": "'", "`": "'", "–": "-",
})

# Words of which an English name of several is a translation rather than what anybody calls the place: Casablanca is no White
# House in English.
COMMON_WORDS = set("""white black red green blue yellow golden gold silver iron stone big great little small long high low
    new old upper lower holy house home city town village castle fortress fort bridge church tower gate wall market mill
    river lake sea water spring springs mountain mount hill hills valley rock sand salt island port harbor harbour bay beach
    field fields forest wood garden gardens park road three two four five seven hundred thousand king kings queen lion eagle
    horse bear wolf sun moon star flower rose of the""".split())
# Where places have English names, and where they are half English.
ENGLISH_NAMES = set("""AG AI AU BB BM BS BZ CA CC CX DM FK FM GB GD GG GH GI GM GU GY HK IE IM IN IO JE JM KE KN KY LC LK LR
    MH MP MS MT MW NA NF NG NZ PG PH PK PN PW SB SG SH SL SS SZ TC TT TZ UG US VC VG VI ZA ZM ZW""".split())


def ascii_name(name: str) -> str:
    """The name in ASCII: marks dropped, special letters spelled out, anything else left out."""
    decomposed = unicodedata.normalize("NFKD", name.translate(ASCII_OF))
    return decomposed.encode("ascii", "ignore").decode("ascii")


def folded(name: str) -> str:
    """A key under which spellings of one name meet."""
    return ascii_name(name).strip().casefold()


def words(name: str) -> tuple[str, ...]:
    """The words of a name, folded, with `saint` spelled out."""
    plain = folded(name).replace("-", " ").replace(".", " ").replace("'", "").split()
    return tuple("saint" if word == "st" else word for word in plain)


def is_translation(alternate: str, country: str) -> bool:
    """Whether a name is an English one of common words, of a place where English is not spoken."""
    parts = words(alternate)
    return len(parts) > 1 and country not in ENGLISH_NAMES and COMMON_WORDS.issuperset(parts)


def clean(name: str) -> str:
    """Drop soft hyphens, zero-width signs and control characters; one blank between words."""
    kept = "".join(" " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(kept.split())


def is_latin(name: str) -> bool:
    """Whether every letter is Latin (or a modifier such as the okina), with one Latin letter at least."""
    kinds = {unicodedata.name(c, "?").split(" ", 1)[0] for c in name if c.isalpha()}
    return "LATIN" in kinds and kinds <= {"LATIN", "MODIFIER"}


def has_capital(name: str) -> bool:
    """Whether any letter is a capital."""
    return any(c.isupper() for c in name)


def rejection(alternate: str, name: str) -> str | None:
    """Why an alternate name, cleaned, of the place called `name` is not kept; None when it is kept."""
    if not alternate:
        return "empty"
    if "," in alternate:
        return "comma"
    if not is_latin(alternate):
        return "other script"
    # Machine transliterations ("mwsl", "mo su er", "alʿmart"). A name such as "al-Mawsil" has a capital further on and
    # stays.
    if has_capital(name) and not has_capital(alternate):
        return "lower case"
    # "LAE" is Lae as a headline sets it; "HOQ" is the airport of Hof.
    if folded(alternate) != folded(name) and alternate not in PRINTED_INITIALS:
        if len(alternate) == 3 and alternate.isascii() and alternate.isalpha() and alternate.isupper():
            return "airport code"
        # "Ko" for Kyiv, "No" for Ho, "AS" for Alor Setar: words and number plates rather than names.
        if sum(map(str.isalnum, alternate)) < 3 and "." not in alternate:
            return "too short"
    return None

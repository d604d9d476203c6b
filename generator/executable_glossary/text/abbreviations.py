"""Abbreviations in languages other than English, with which a period does not end a sentence.

The sentence splitter always knows all of them, because one text often quotes another language. The tables are keyed by
language only for the people who maintain them. A space in an abbreviation is optional and can be a no-break space.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# Never the end of a sentence.
INNER: Mapping[str, str] = {
    "de": "z. B|d. h|i. d. R|i. A|i. S. v|i. S. d|u. U|z. T|z. Zt|v. a|o. g|m. E|s. o|s. u|bzw|vgl|ggf|ggfs|sog|bspw"
    "|evtl|inkl|exkl|einschl|zzgl|abzgl|lt|insb|insbes|Hrsg|Hr|Fr|Dipl|Ing|Mio|Mrd|Tsd|geb|gest",
    "fr": "p. ex|c.-à-d|env|éd|MM|Mgr",
    "es": "p. ej|Sra|Srta|Dra|Ud|Uds|aprox",
    "it": "ad es|sig|dott|prof|ing|avv|cosid",
    "nl": "bijv|bv|d. w. z|o. a|m. b. t|i. v. m|t. o. v|n. a. v|resp|incl|excl|dhr|mevr",
    "pl": "np|tzn|tj|m. in|tzw|prof|godz",
    "pt": "p. ex|ex|Sra|Dra|aprox",
    "cs": "např|tzv|tj|tzn|resp|popř|cca",
    "sv": "t. ex|bl. a|d. v. s|s. k|ca",
    "ru": "т. е|т. к|т. н|напр|см|ср|проф|акад|им|тыс|млн|млрд",
    "uk": "т. зв|напр|див|пор|проф|акад|ім|тис|млн|млрд",
}
# Not the end of a sentence if a number follows.
REFERENCE: Mapping[str, str] = {
    "de": "Abs|Nr|Nrn|Ziff|Kap|Abb|Bd|Rn|Rz|Anm|Aufl|lit|Tab|Abschn|Anh|Anl|Bl|Jg|Tel",
    "fr": "art|al|chap|n|fig|tabl|vol",
    "es": "art|arts|núm|núms|pág|págs|cap|tel",
    "it": "art|artt|pag|pagg|cap|n|fig|tab",
    "nl": "art|blz|nr|nrs|hfst|afb",
    "pl": "art|ust|pkt|nr|str|poz|rys",
    "pt": "art|n|pág|págs|cap",
    "cs": "č|čl|odst|str|obr|písm",
    "sv": "nr|sid|kap",
    "ru": "ст|п|пп|рис|табл|гл|стр|ч|с",
    "uk": "ст|п|пп|рис|табл|гл|стор|ч|с",
}
# The end of a sentence only if a capital letter follows.
FINAL: Mapping[str, str] = {
    "de": "usw|usf|etc|u. a|u. ä|u. v. m|o. ä|p. a|a. D|n. Chr|v. Chr",
    "it": "ecc",
    "nl": "enz|e. d|e. a",
    "pl": "itd|itp",
    "cs": "apod|atd|aj",
    "sv": "osv|m. m|m. fl",
    "ru": "т. д|т. п|др|г|гг|в|вв|р|руб|кв",
    "uk": "т. д|т. п|ін|р|рр|грн|кв",
}


def alternatives(abbreviations: Mapping[str, str]) -> str:
    """The abbreviations as alternatives of a regular expression, each without its last period."""
    known = {short for shorts in abbreviations.values() for short in shorts.split("|")}
    return "|".join(re.escape(short).replace(r"\ ", r"[ \u00a0\u202f]?") for short in sorted(known))

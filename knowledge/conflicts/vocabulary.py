"""Lists of words for telling what a figure is about: filler, sections, attributes and limits.

English first, with the common words of German, French, Spanish, Italian and Dutch. A word that is missing here makes a
contradiction go unseen; it makes none up.
"""

from __future__ import annotations

from language.words import STOP_WORDS, plain_word, stem


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(plain_word(word)) for word in text.split())


# Stop words of the search that change the meaning here: "there and back", "used".
_TELLING = frozenset(["back", "used", "once", "both", "before", "after", "off", "out", "without", "below", "above"])
# Words without meaning here, in all likely languages.
FILLER = _stems(
    """
    just only now today currently simply include includ available welcome become come provide contain feature
    cover der die das den dem des ein eine einen einem einer eines und oder ist sind wird werden hat haben von
    vom zu zum zur im in am an auf für mit bei bis ab wir sie unser unsere unserem unseren unserer ihr ihre nur
    jetzt auch beträgt le la les un une des du de et ou est sont a ont pour par au aux avec dans sur notre nos
    votre vos en à l d el los las una unos y o es son tiene con por para nuestro nuestra del al il lo gli i uno
    e di da per con nel kg g mm cm km lb oz ml cl l kw kwh wh w mb gb tb eur usd gbp chf min hrs euro het een en
    of zijn heeft met voor van onze is our there here this that its when how long much many does do
    """
) | frozenset(map(stem, STOP_WORDS - _TELLING))
# A heading or name made only of these words names a section, not a thing.
SECTIONS = _stems(
    """
    contact imprint about home price pric list rate tariff fee cost term condition question answer faq help menu
    overview data sheet catalogue catalog detail info information general visit welcome page website web site
    leaflet flyer folder brochure booklet news newsletter press board find reach opening open hour time offer
    product service range shop store again all and our us you your how it work new patient customer guest client
    visitor rule policy introduction company team house plan compare comparison spec specification description
    glance summary document knowledge base text note manual guide handbook come by order ticket programme
    program calendar date reference value amount table preis preisliste preise kontakt impressum öffnungszeiten
    angebot angebote übersicht fragen antworten leistung laden tarifs tarif prix offres offre contact horaires
    précios precios contacto horario prezzi contatti
    """
)
# Words for the company itself: "the museum is open" says what "open" says.
BUSINESS = _stems(
    "museum store practice surgery gym gymnasium salon clinic library gallery zoo hotel hostel office campsite company"
)
# Groups of synonyms, of which the first word stands for all; stricter than those of the search.
_SAME = """
telephone phone tel call ring telefon téléphone teléfono dial
warranty guarantee garantie gewährleistung garantía
price cost charge pay pric kostet kosten preis coûte prix tarif cuesta precio costa prezzo
child children kid kids kind kinder enfant enfants
adult adults erwachsene adultes
delivery deliver delivered delivers ship ships shipped shipping dispatch dispatched lieferung livraison
return returned returns returning
begin begins start starts starting beginning beginnt
end ends finish finishes endet
book booked booking reserve reserved reservation
person persons people guest guests passenger passengers seat seats seating capacity personen
answer answers answered reply replied response respond
open opens opened hours opening geöffnet öffnungszeiten öffnet ouvert
close closes closed closing shut
appointment appointments
item items goods product products article articles merchandise
weigh weighs weight weighing gewicht wiegt poids
length long länge lang longueur
width wide breite breit largeur
height high tall höhe hoch hauteur
depth deep tiefe tief profondeur
ahead advance beforehand before
sell sells sold sale
age old years-old
take takes taking
least minimum min mindestens
most maximum max höchstens
month monthly monat monatlich mois mese maand
year yearly annual annually jahr jährlich année
"""
GROUPS: dict[str, str] = {}
for _line in _SAME.strip().splitlines():
    _stemmed = [stem(plain_word(_word)) for _word in _line.split()]
    for _word in _stemmed:
        GROUPS.setdefault(_word, _stemmed[0])


def canonical(word: str) -> str:
    """The stem of a word, or of the synonym that stands for it."""
    stemmed = stem(word)
    return GROUPS.get(stemmed, stemmed)


def canonicals(text: str) -> frozenset[str]:
    return frozenset(canonical(plain_word(word)) for word in text.split())


# Words that a figure's kind implies: "costs $9" and "$9" are the same.
SILENT: dict[str, frozenset[str]] = {
    "money": canonicals("price amount total rate order orders"),
    "share": canonicals("price percent percentage share rate"),
    "weight": canonicals("weight"),
    "duration": canonicals("last duration time run take period term age within must drivers-age"),
    "hours": canonicals("open staffed time from daily"),
    "clock": canonicals("time"),
    "phone": canonicals("telephone number reach contact mobile under"),
    "power": canonicals("power output"),
    "temperature": canonicals("temperature warm"),
    "count": canonicals("number total"),
    "date": canonicals("date day"),
    "volume": canonicals("volume content"),
    "data": frozenset(),
    "length": frozenset(),
}
# Attributes and variants of things, not things: the thing has to be named as well.
ATTRIBUTES = canonicals(
    """
    price fee rent warranty delivery weight length width height depth size power capacity duration term minimum
    maximum discount efficiency load speed storage number person month year small large medium single double
    short express standard basic premium full half first second adult child student senior member begin end open
    close deposit telephone users projects
    """
) | SECTIONS - _stems("service ticket product programme program plan house team customer guest patient order base")
# Wherever they are (sentence, heading or name), they say that something else is meant. Missing, because another word
# has their stem or stands for it: "high" (height), "instalment" (installation), "sale" (what we sell).
LIMITS = canonicals(
    """
    summer winter spring autumn fall season low peak off-peak holiday holidays christmas easter weekend
    weekends weekday weekdays night nights evening sundays student students senior seniors child adult member
    members group groups couple couples family families employee apprentice apprentices vat tax net gross netto
    brutto mwst excluding including used refurbished second-hand rental rent renting lease deposit online abroad
    international express summer-sale offer promotion outlet early late
    small large young foreign member's sommer winter saison hauptsaison nebensaison kinder studenten mitglieder
    wochenende feiertag été hiver
    """
)
# A sentence with one of these may not be true here and now.
_UNSURE = """
was were formerly former previously previous originally until-recently not no never don't doesn't isn't won't cannot
example instance e.g others competitor competitors elsewhere average usually typically sometimes often estimated
approximately approx around recommended i my instead nicht kein keine früher ehemals beispiel zum-beispiel statt
plus further additional extra another law legal statutory unless except
"""
UNSURE = frozenset(_UNSURE.split())

PER_NOUNS = {
    **dict.fromkeys(["hour", "hr", "h", "stunde", "heure", "hora", "ora", "uur", "hourly"], "hour"),
    **dict.fromkeys(["day", "tag", "jour", "día", "dia", "giorno", "dag", "daily"], "day"),
    **dict.fromkeys(["night", "nacht", "nuit", "noche", "notte", "nightly"], "night"),
    **dict.fromkeys(["week", "woche", "semaine", "semana", "settimana", "weekly"], "week"),
    **dict.fromkeys(["month", "monat", "mois", "mes", "mese", "maand", "monthly", "monatlich", "mo"], "month"),
    **dict.fromkeys(["year", "jahr", "an", "année", "año", "anno", "jaar", "yearly", "annually", "jährlich"], "year"),
    **dict.fromkeys(["minute", "min", "minuto"], "minute"),
    **dict.fromkeys(["person", "persona", "personne", "head", "guest"], "person"),
}
BOUNDS = (
    ("least", r"at least|minimum(?: of)?|min\.?|no(?:t)? less than|mindestens|au moins|al menos|starting at|starts at"),
    ("most", r"at most|up to|maximum(?: of)?|max\.?|no more than|höchstens|bis zu|jusqu.à|hasta|as little as"),
    ("over", r"over|above|more than|from over|beyond|über|mehr als|plus de|más de"),
    ("under", r"under|below|less than|unter|weniger als|moins de"),
    ("from", r"from|as of|ab|à partir de|desde|since"),
    ("until", r"until|till|by|before|bis|jusqu.au"),
    ("after", r"after|nach|après"),
    ("every", r"every|each|alle"),
)

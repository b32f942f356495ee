"""Units of what sales texts state, each in the base unit of its dimension, and currencies; in seven languages."""

from __future__ import annotations

UNITS: dict[str, tuple[str, float]] = {}


def _add(dimension: str, **factors: str) -> None:
    """Names by factor: "f1" is 1, "f1000" 1000, "f0_001" 0.001."""
    for factor, names in factors.items():
        UNITS.update(dict.fromkeys(names.split(), (dimension, float(factor[1:].replace("_", ".")))))


_add(
    "hours",
    f1="h hr hrs hour hours stunde stunden std heure heures hora horas ora ore uur uren",
    f24="day days tag tage tagen jour jours día días dia dias giorno giorni dag dagen werktag werktage werktagen"
    " arbeitstag arbeitstage arbeitstagen workday workdays",
    f168="week weeks wk wks woche wochen semaine semaines semana semanas settimana settimane weken",
)
_add("minutes", f1="min mins minute minutes minuten minuto minutos minuti minuut")
_add("seconds", f1="sec secs second seconds sekunde sekunden seconde secondes segundo segundos secondi seconden")
_add(
    "months",
    f1="month months monat monate monaten mois mes meses mese mesi maand maanden mês mo",
    f12="year years yr yrs jahr jahre jahren an ans année années año años anno anni jaar jaren ano anos",
)
_add(
    "weight",
    f0_001="mg",
    f1="g gr gram grams gramm gramme grammes gramos grammi",
    f1000="kg kgs kilo kilos kilogram kilograms kilogramm",
    f1000000="t tonne tonnes tons tonnen",
    f453_6="lb lbs",
    f28_35="oz ounce ounces",
)
_add(
    "length",
    f0_001="mm millimetre millimetres millimeter millimeters",
    f0_01="cm centimetre centimetres centimeter centimeters zentimeter",
    f1="m metre metres meter meters mètre mètres metro metros metri",
    f1000="km kilometre kilometres kilometer kilometers kilómetros chilometri kilomètres",
    f1609="mile miles meilen",
    f0_0254="inch inches zoll",
    f0_3048="ft foot feet",
)
_add("area", f1="m2 sqm qm m²", f10000="ha hectare hectares hektar", f0_0929="sqft")
_add(
    "volume",
    f0_001="ml millilitre millilitres milliliter milliliters",
    f0_01="cl",
    f1="l litre litres liter liters litro litros litri",
    f3_785="gallon gallons",
)
_add("data", f0_001="kb", f1="mb", f1000="gb", f1000000="tb", f0_125="mbit")
_add("power", f0_001="mw", f1="w watt watts", f1000="kw kwp kilowatt kilowatts")
_add("energy", f1="wh", f1000="kwh", f1000000="mwh")
_add("temperature", f1="°c °f °")
_add("voltage", f1="v volt volts")
_add("light", f1="lm lumen lumens")
_add("sound", f1="db dezibel decibel decibels")
_add("speed", f1="kmh kph mph")
_add("share", f1="% percent prozent procent pourcent percento porciento pct")
# Small next to one another, and compared in hours: "90 minutes" is "1.5 hours".
for _name in [name for name, (dimension, _factor) in UNITS.items() if dimension in ("minutes", "seconds")]:
    UNITS[_name] = ("hours", (1 if UNITS[_name][0] == "minutes" else 1 / 60) / 60)

# Between a number and its unit: "5 working days", "14 full days", "2 more weeks".
_ADJECTIVES = """
working business calendar full consecutive additional more further extra whole square cubic weitere weiteren ganze volle
"""
ADJECTIVES = frozenset(_ADJECTIVES.split())
POWERS = {"square": "area", "cubic": "volume"}
_HEDGES = """
about around roughly approximately nearly almost circa ca rund etwa ungefähr knapp environ presque unos aproximadamente
quasi
"""
HEDGES = frozenset(_HEDGES.split())
# Behind a number that stands for itself: "40 per month", "40 to 60". Any other word is what is counted.
_NO_NOUNS = """
per a an each every pro je par por al plus and or to bis und oder et ou y o incl inkl excl exkl is are ist from für for
if when in on at of mit with net gross netto brutto vat
"""
NO_NOUNS = frozenset(_NO_NOUNS.split())
SHARE_WORDS = {("per", "cent"), ("pour", "cent"), ("por", "ciento"), ("per", "cento"), ("por", "cento")}

CURRENCIES: dict[str, str] = {}
for _code, _names in {
    "EUR": "€ eur euro euros",
    "$": "$ usd us$ dollar dollars bucks cad aud nzd",
    "GBP": "£ gbp pound pounds quid pfund livres",
    "CHF": "chf sfr franken francs fr",
    "JPY": "¥ jpy yen",
    "INR": "₹ inr rs rupee rupees",
    "SEK": "sek kr kronor kroner nok dkk kronen",
    "PLN": "pln zł zloty złoty",
    "CZK": "czk kč",
    "HUF": "huf ft. forint",
    "BRL": "r$ brl reais",
    "TRY": "₺ try lira",
    "UAH": "₴",
    "KRW": "₩",
    "RUB": "₽",
}.items():
    CURRENCIES.update(dict.fromkeys(_names.split(), _code))
del CURRENCIES["try"]  # English
_MINOR_CURRENCIES = "cent cents ct cts pence p penny rappen centimes céntimos centesimi ¢"
MINOR_CURRENCIES = frozenset(_MINOR_CURRENCIES.split())

MONTHS: dict[str, int] = {}
for _names in (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber mrz apr mai jun jul aug sept okt nov dez",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
):
    MONTHS.update({name: number for number, name in enumerate(_names.split(), start=1)})

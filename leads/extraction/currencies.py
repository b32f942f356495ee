"""The words for currencies, and for what a sum is paid per: "Swiss francs", "a month", "per head"."""

from __future__ import annotations

from leads.extraction.message import word_set

SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "₹": "INR", "₺": "TRY", "₽": "RUB", "₩": "KRW", "₪": "ILS"}
DOLLARS = {"AU": "AUD", "CA": "CAD", "NZ": "NZD", "SG": "SGD", "HK": "HKD"}
_CODES = ["eur", "usd", "gbp", "chf", "cad", "aud", "nzd", "sek", "nok", "dkk", "pln", "czk", "inr", "jpy"]
CURRENCY_WORDS = {
    **{code: code.upper() for code in _CODES},
    **dict.fromkeys(["euro", "euros", "eur"], "EUR"),
    **dict.fromkeys(["pound", "pounds", "quid", "pfund", "sterling"], "GBP"),
    **dict.fromkeys(["dollar", "dollars", "bucks", "dolares", "dolar"], "USD"),
    **dict.fromkeys(["franc", "francs", "franken", "sfr"], "CHF"),
    **dict.fromkeys(["zloty", "zlotys", "zł"], "PLN"),
    **dict.fromkeys(["rupee", "rupees", "rs"], "INR"),
    **dict.fromkeys(["forint", "huf"], "HUF"),
    **dict.fromkeys(["shekel", "shekels"], "ILS"),
    **dict.fromkeys(["yen"], "JPY"),
}
# "Swiss francs", "Canadian dollars", "Swedish kronor": the country before the coin.
OF_COUNTRIES = {
    **{("swiss", coin): "CHF" for coin in ("francs", "franc")},
    **{
        (country, coin): code
        for country, code in (
            ("canadian", "CAD"), ("australian", "AUD"), ("american", "USD"), ("us", "USD"), ("singapore", "SGD"),
        )
        for coin in ("dollar", "dollars")
    },
    **{("british", coin): "GBP" for coin in ("pound", "pounds")},
    **{
        (country, coin): code
        for country, code in (("swedish", "SEK"), ("norwegian", "NOK"), ("danish", "DKK"), ("czech", "CZK"))
        for coin in ("krona", "kronor", "krone", "kroner", "crowns", "koruna")
    },
    **{("indian", coin): "INR" for coin in ("rupee", "rupees")},
    **{("new zealand", coin): "NZD" for coin in ("dollar", "dollars")},
}  # fmt: skip
EACH = word_set("per a an each every / pro im je par al por the") | {"le", "la", "el", "the"}
PERIODS = {
    **dict.fromkeys(["day", "days", "daily", "tag", "taglich", "jour", "jours", "dia"], "day"),
    **dict.fromkeys(["week", "weeks", "weekly", "wk", "woche", "wochentlich", "semaine", "semana"], "week"),
    **dict.fromkeys(
        [
            "month",
            "months",
            "monthly",
            "mothly",
            "mo",
            "mth",
            "moth",
            "mnth",
            "montly",
            "monat",
            "monatlich",
            "mois",
            "mensuel",
            "mes",
            "mensual",
            "pcm",
        ],
        "month",
    ),
    **dict.fromkeys(
        [
            "year",
            "years",
            "yearly",
            "annually",
            "annual",
            "annum",
            "yr",
            "jahr",
            "jahrlich",
            "an",
            "annee",
            "ans",
            "ano",
            "anual",
            "pa",
        ],
        "year",
    ),
    **dict.fromkeys(
        [
            "person",
            "people",
            "head",
            "user",
            "users",
            "seat",
            "seats",
            "guest",
            "guests",
            "employee",
            "member",
            "licence",
            "license",
            "pp",
            "personne",
            "persona",
            "kopf",
            "mitarbeiter",
            "nutzer",
            "utilisateur",
            "usuario",
        ],
        "person",
    ),
}
ADVERBS = word_set("daily weekly monthly yearly annually monatlich jahrlich pcm pp mensual anual")

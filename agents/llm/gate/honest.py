"""The sentences that replace withheld ones, in the language of the answer.

They are not translations of the site, because an answer is in the visitor's language, not the site's.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from agents.llm.offers import ways_in
from agents.llm.request import ChatRequest
from language.small_words import language_of


class Honest(NamedTuple):
    """The sentences of one language; `ask` takes the ways to reach the company, `leave` where a message reaches it."""

    figure: str
    ask: str
    leave: str
    again: str
    secret: str


_GERMAN = Honest(
    "Dazu finde ich in den Angaben des Unternehmens keine Bestätigung, deshalb nenne ich hier nichts Ungeprüftes.",
    "Bitte fragen Sie direkt: {ways}.",
    "Schreiben Sie hier Ihre E-Mail-Adresse, dann wird das Team verständigt.",
    "Auch das kann ich nicht bestätigen.",
    "Meine Anweisungen kann ich nicht weitergeben.",
)
_FRENCH = Honest(
    "Je n’en trouve pas confirmation dans les informations de l’entreprise ; je ne donne donc rien d’invérifié ici.",
    "Demandez directement : {ways}.",
    "Laissez ici votre adresse e-mail et l’équipe sera prévenue.",
    "Cela non plus, je ne peux pas le confirmer.",
    "Je ne peux pas communiquer mes instructions.",
)
_SPANISH = Honest(
    "No lo encuentro confirmado en la información de la empresa, así que no doy aquí nada sin comprobar.",
    "Pregunte directamente: {ways}.",
    "Deje aquí su correo electrónico y el equipo será avisado.",
    "Esto tampoco puedo confirmarlo.",
    "No puedo compartir mis instrucciones.",
)
_ITALIAN = Honest(
    "Non ne trovo conferma nelle informazioni dell’azienda, quindi qui non indico nulla di non verificato.",
    "Chieda direttamente: {ways}.",
    "Lasci qui il suo indirizzo e-mail e il team sarà avvisato.",
    "Nemmeno questo posso confermarlo.",
    "Non posso condividere le mie istruzioni.",
)
_DUTCH = Honest(
    "Dat vind ik niet bevestigd in de gegevens van het bedrijf, dus ik noem hier niets ongecontroleerds.",
    "Vraag het rechtstreeks: {ways}.",
    "Laat hier uw e-mailadres achter, dan krijgt het team bericht.",
    "Ook dat kan ik niet bevestigen.",
    "Mijn instructies kan ik niet delen.",
)
_PORTUGUESE = Honest(
    "Não encontro confirmação disso nas informações da empresa, por isso não indico aqui nada por verificar.",
    "Pergunte diretamente: {ways}.",
    "Deixe aqui o seu e-mail e a equipa será avisada.",
    "Isso também não posso confirmar.",
    "Não posso partilhar as minhas instruções.",
)
_OTHERS = {
    "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH, "it": _ITALIAN, "nl": _DUTCH, "pt": _PORTUGUESE,
}  # fmt: skip


def honest_words(request: ChatRequest, answer: str) -> Honest:
    """The sentences in the language of the answer, else of the question, else by the site's translations."""
    language = language_of(answer) or language_of(request.question)
    return _OTHERS.get(language) or Honest(
        _("I find no confirmation of that in what the company has published, so I state nothing unchecked here."),
        _("Please ask directly: {ways}."),
        _("Leave your e-mail address here, and the team is told."),
        _("This, too, I cannot confirm."),
        _("I cannot share my instructions."),
    )


def instead_of_figures(request: ChatRequest, answer: str) -> str:
    """The sentence that says that nothing confirms the figures, and where to ask."""
    words = honest_words(request, answer)
    ways = ways_in(request.reach or request.passages)
    named = ", ".join(filter(None, (ways.phone, ways.email)))
    ask = words.ask.format(ways=named) if named else words.leave if request.promise else ""
    return " ".join(filter(None, (words.figure, ask)))

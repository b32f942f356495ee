"""Words that names and companies are made of, and those that only look like names."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from language.words import STOP_WORDS
from leads.extraction.message import VisitorText, word_set

PARTICLES = word_set("de da di del della van von der den du la le el al bin ibn ter ten dos das zu zur y mc mac st")
TITLES = word_set("mr mrs ms miss dr prof professor herr frau monsieur madame senor senora sir")
LEGAL = word_set(
    "ltd limited inc llc llp gmbh ag se plc corp corporation kg ohg ug ev gbr sa sarl sas srl sl slu bv nv oy "
    "ab aps pty pvt co company group partners & associates holding"
) - {"&"}
# What many firms are called by: "Bright Works", "Lumen Labs".
FIRM_WORDS = word_set(
    "works labs lab studio studios group consulting consultants solutions systems software media design designs bank "
    "school university college hotel hotels clinic dental partners agency travel foods food coffee logistics transport "
    "services service industries engineering construction builders architects architekten verlag technologies "
    "technology tech digital energy solar motors pharma health care insurance capital ventures holdings trust "
    "foundation society association institute academy gallery theatre museum brewery bakery catering events "
    "interiors furniture textiles fashion sports fitness gym recruitment legal solicitors accounting advisors "
    "advisory marketing creative productions pictures films publishing press books games network networks security "
    "robotics analytics data cloud web online store stores shop market trading imports exports supplies products "
    "couriers removals plumbing roofing scaffolding joinery landscaping landscapes printing printers farm farms winery "
    "garage salon cafe bistro restaurant estates properties lettings surveyors physio physiotherapy nursery vets "
    "electrical "
    "heating opticians florist brothers sons daughters werke werk bau technik haus kanzlei praxis sister brothers & "
    "council"
) - {"&"}
BETWEEN_LEGAL = word_set("& and und et y of the for 'n + -")
END_OF_LOWER = STOP_WORDS | word_set(
    "looking calling writing work email phone budget need want speaking people please also cheers tel mobile "
    "und wir bin ist et nous y somos aus bei"
)
NOT_NAMES = word_set(
    "interested looking wondering calling writing happy sorry glad sure afraid aware curious keen ready new old "
    "back here there fine good great ok okay well not just very so really still only also always currently "
    "already the a an in on at from with of to for and or but if my your our his her their its it this that "
    "these those what where when how why who all both any some no yes hi hello thanks thank please dear good "
    "morning afternoon evening head chief ceo cto cfo coo vp director manager owner founder cofounder co "
    "partner president chairman consultant engineer developer designer architect teacher student doctor nurse "
    "lawyer accountant assistant secretary buyer purchaser marketing sales it hr finance operations office "
    "product project senior junior lead team customer client freelancer self contractor retired pregnant vegan "
    "vegetarian married single disabled german british english french spanish italian dutch american canadian "
    "australian irish scottish welsh swiss austrian belgian polish portuguese swedish norwegian danish finnish "
    "greek turkish russian ukrainian chinese japanese korean indian brazilian mexican european african asian "
    "muslim jewish christian catholic hindu buddhist deaf blind monday tuesday wednesday thursday friday "
    "saturday sunday january february march april may june july august september october november december "
    "today tomorrow freelance freelancer freelancing unemployed tired worried confused stuck lost "
    "busy free available open closed based located responsible "
    "freelance freelancer freelancing unemployed wrong right done off away out up down about around "
    "near under over after before between during until since "
    "because god jesus urgent important everyone everybody anyone nobody somebody someone more most less least "
    "one two three few many several another other same different next last first second third maybe perhaps "
    "probably possibly actually basically totally absolutely definitely honestly simply truly later never "
    "whatever nothing none skip pass private personal anonymous secret n/a na nope nah test testing kunde "
    "kundin student studentin inhaber inhaberin geschaftsfuhrer geschaftsfuhrerin leiter leiterin architekt "
    "architektin chef lehrer lehrerin ingenieur arzt anwalt auf der die das ein eine interessiert neu hier "
    "gerade nicht auch deutsche deutscher rentner interesse client cliente etudiant directeur directrice "
    "responsable gerant francais francaise espanol espanola de un une una le la el estudiante director "
    "directora dueno interesado interesada buscando "
    "procurement purchasing facility facilities business account communications content talent software regional "
    "general executive vice deputy interim group chair board event events shift store shop kitchen restaurant hotel "
    "reception receptionist bookkeeper caretaker principal officer specialist coordinator analyst "
    "representative agent planner organiser organizer controller administrator electrician plumber builder "
    "dentist surgeon vet nutritionist trainer coach driver carer cleaner chef barista "
    "photographer journalist writer author editor translator musician artist actor scientist researcher programmer "
    "parent mum mom dad father mother grandfather grandmother pensioner expat newbie beginner novice professional "
    "januar februar marz juni juli september oktober november dezember fruhjahr fruhling sommer herbst "
    "monat jahr buro moment internet christmas xmas easter anfanger anfangerin einsteiger "
    "fortgeschrittener student studentin lehrer lehrerin "
    "croatian czech slovak slovenian serbian romanian bulgarian hungarian estonian latvian lithuanian icelandic "
    "maltese "
    "egyptian moroccan tunisian algerian nigerian kenyan ghanaian ethiopian pakistani bangladeshi nepali thai "
    "vietnamese indonesian malaysian filipino singaporean taiwanese israeli lebanese syrian iraqi iranian saudi "
    "peruvian chilean argentinian argentine colombian venezuelan cuban jamaican londoner bavarian catalan basque texan "
    "californian parisian sicilian asap unsure ok hungry thirsty cold hot ill sick late early flexible "
    "dyslexic colourblind celiac coeliac diabetic lactose anytime tomorrow tonight today asap soon "
    "whenever wherever anything something everything somewhere "
)  # fmt: skip
_FIRMS = word_set("praxis kanzlei firma agentur schule gemeinde stadt universitat klinik buro apotheke gartnerei")
# "It's", "we'll", "don't": a sentence begins, no name.
CONTRACTION = re.compile(r"^(?:i|we|he|she|it|they|you|that|there|here|what|who|where|how|let)'|n't$|'(?:ll|ve|re|d)$")
_LIKELY_VERB = re.compile(r".{3,}(?:ing|ed)$")


@cache
def places() -> frozenset[str]:
    """Towns and countries in small letters without accents: of `places.txt` and of `towns.txt` (GeoNames)."""
    folder = Path(__file__).parent
    known = VisitorText((folder / "places.txt").read_text("utf-8")).small.split()
    return frozenset((*known, *(folder / "towns.txt").read_text("utf-8").splitlines()))


_OF_PEOPLE = re.compile(r"[a-z]{2,}(?:ian|ese|ish)$")
_NOT_OF_PEOPLE = word_set(
    "ian vivian lilian lillian gillian jillian damian adrian julian fabian brian christian sebastian maximilian "
    "florian "
    "dorian marian killian cyprian cristian kristian bastian octavian tristian therese denese hamish parish"
)


def is_people(word: str) -> bool:
    """Whether a word rather says where somebody is from: "I'm Bosnian"."""
    return bool(_OF_PEOPLE.match(word)) and word not in _NOT_OF_PEOPLE


def is_verb(word: str, words: int, is_capital: bool) -> bool:
    """Whether the first word of what may be a name is rather a verb: "I'm looking"."""
    return (
        not words
        and bool(_LIKELY_VERB.match(word))
        and not (is_capital and word in {"fred", "ted", "ned", "jared", "mohamed", "ahmed", "ming", "alfred"})
    )


def firm_ahead(message: VisitorText, index: int) -> bool:
    """Whether a legal form or a word for a firm follows: "von der Praxis am See"."""
    return legal_ahead(message, index) or any(
        each.plain in FIRM_WORDS | _FIRMS for each in message.tokens[index + 1 : index + 3]
    )


def legal_ahead(message: VisitorText, index: int) -> bool:
    """Whether a legal form follows within a few words."""
    return any(
        each.plain in LEGAL | {"sons", "daughters", "brothers"} for each in message.tokens[index + 1 : index + 4]
    )

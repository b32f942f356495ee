"""The phrases by which signs are recognised: many in English, the common ones in German, French and Spanish.

A phrase counts anywhere in a message; with `=` in front it must be the whole message. All are written without accents,
apostrophes and capitals, like the messages that `signs.normalised` returns.
"""

from __future__ import annotations

from enum import StrEnum


class Sign(StrEnum):
    """What a message may be a sign of."""

    QUESTION = "question"
    SMALL_TALK = "small_talk"
    PERSON = "person"  # wants to speak to one
    ANGER = "anger"
    GOODBYE = "goodbye"
    CANCEL = "cancel"  # wants to be asked nothing more
    DECLINE = "decline"
    SHORT_NO = "short_no"  # declines where a question was asked, else means little
    WHY = "why"  # "why do you ask?"
    DOES_NOT_KNOW = "does_not_know"
    NOT_SURE = "not_sure"  # of an answer, where one was asked for, else of the offer
    DOUBT = "doubt"
    BUYING = "buying"  # wants to buy, a quote, a demonstration
    ASKS_OFFER = "asks_offer"  # a product or its price
    CORRECTION = "correction"
    MISUNDERSTOOD = "misunderstood"  # the agent's answer was about something else


PHRASES: dict[Sign, str] = {
    Sign.PERSON: """
speak to a person, talk to a person, speak to a human, talk to a human, real person, real human, human agent
live agent
speak to someone, talk to someone, speak to somebody, talk to somebody, speak with someone, talk with someone
call me back, please call me, = human, = agent, = operator, = person, speak to sales, talk to sales
mit einem menschen, mit einer person, mit jemandem sprechen, echter mensch, echten menschen, rufen sie mich an
ruckruf, mitarbeiter sprechen, = mensch, = mitarbeiter
parler a quelquun, parler a une personne, parler a un humain, parler a un conseiller, vraie personne, rappelez moi
hablar con una persona, hablar con alguien, hablar con un humano, persona real, hablar con un agente, llamenme
""",
    Sign.ANGER: """
you are useless, youre useless, this is useless, useless bot, this is ridiculous, thats ridiculous, stupid bot
you are stupid
youre stupid, youre an idiot, you idiot, idiots, terrible service, worst service, a waste of time
wasting my time, fed up
this is a joke, what a joke, bullshit, wtf, fuck, fucking, damn bot, shut up, i am angry, im angry, annoying bot
this is annoying, youre annoying, want to complain, make a complaint, file a complaint, unacceptable
very disappointed
really disappointed
unverschamt, frechheit, so ein mist, scheisse, vollig nutzlos, sie nerven, das nervt, mich beschweren
zeitverschwendung
cest nul, inadmissible, scandaleux, cest ridicule, porter plainte, vous etes nuls, ras le bol, perte de temps
es inutil, es ridiculo, que verguenza, estoy harto, estoy harta, una estafa, perdida de tiempo
quiero quejarme, inaceptable
""",
    Sign.GOODBYE: """
bye, goodbye, = good bye, see you later, see you soon, good night, have a nice day
have a good day, have a great day, have a good one, have a good weekend, have a nice evening, thats all, that is all
that was all, i have to go, ive got to go, gotta go, talk later, talk to you later
auf wiedersehen, tschuss, = ciao, bis spater, bis bald, schonen tag noch, schonen abend noch, das war alles, das wars
au revoir, a bientot, bonne journee, bonne soiree, cest tout merci, = adieu
adios, hasta luego, hasta pronto, hasta manana, eso es todo, que tenga un buen dia, = chao
""",
    Sign.CANCEL: """
stop asking, no more questions, dont ask me, do not ask me, quit asking, leave me alone, enough questions
too many questions, = cancel, = stop, = stop it, = stop this, = stop please, = please stop, = never mind, = nevermind
never mind then, = forget it, forget about it, just browsing, just looking around, only looking
stop this conversation
keine fragen mehr, = abbrechen, = stopp, horen sie auf, hor auf, lassen sie mich in ruhe, vergessen sie es
= schon gut
zu viele fragen, ich schaue nur
arretez, plus de questions, laissez moi tranquille, = laissez tomber, = laisse tomber, = annuler, trop de questions
deje de preguntar, no mas preguntas, dejame en paz, dejeme en paz, = olvidalo, = olvidelo, = cancelar
demasiadas preguntas
""",
    Sign.DECLINE: """
rather not say, rather not tell, rather not share, rather not give, rather not answer, rather not disclose
rather not talk about, = id rather not, = i would rather not, = rather not, prefer not to say, prefer not to share
prefer not to answer, prefer not to give, prefer not to tell, prefer not to disclose, = i prefer not to
= id prefer not to
none of your business, not your business, thats private, that is private, its private, thats confidential
that is confidential, its confidential, dont want to say, dont want to tell, dont want to share, dont want to give
dont want to answer, do not want to say, do not want to tell, do not want to share, do not want to give
do not want to answer, wont tell you, wont say, wont give you, not going to tell, not going to give, not going to say
not comfortable sharing, not comfortable giving, no comment, im not telling, cant share that, cannot share that
cant disclose, cannot disclose, = skip, = skip that, = skip it, = skip this, = next question, skip this question
skip that question, = pass
mochte ich nicht sagen, mochte ich nicht angeben, mochte ich nicht verraten, will ich nicht sagen, sage ich nicht
mochte ich nicht beantworten, will ich nicht beantworten, keine angabe, geht sie nichts an, geht dich nichts an
das ist privat, das ist vertraulich, = lieber nicht, = mochte ich nicht
prefere ne pas, ne veux pas dire, ne veux pas repondre, ne veux pas donner, pas envie de repondre
ca ne vous regarde pas
cest prive, cest confidentiel
prefiero no, no quiero decir, no quiero dar, no quiero responder, no quiero compartir, no es asunto suyo
no es asunto tuyo
es privado, es confidencial
""",
    Sign.SHORT_NO: """
= no, = nope, = nah, = no thanks, = no thank you, = no thx, = not now, = not yet, = later, = maybe later, = not really
= no sorry, = sorry no, = not today
= nein, = nein danke, = nee, = jetzt nicht, = spater, = nicht jetzt
= non, = non merci, = pas maintenant, = plus tard
= no gracias, = ahora no, = mas tarde
""",
    Sign.WHY: """
why do you ask, why are you asking, why you ask, why do you need, why would you need, why do you want
why would you want
why should i tell, why should i give, why is that important, why is this important, why does that matter
why does it matter, why is that relevant, how is that relevant, what do you need that for, what do you need it for
what do you need this for, = what for, = why, why that, why do i have to, do i have to say, do i have to tell
do i have to give you, do i have to give it
what will you do with, what happens with my data, what do you do with my
warum fragen sie, warum fragst du, wieso fragen sie, warum brauchen sie, warum brauchst du, wieso brauchen sie
warum wollen sie, wieso wollen sie, wofur brauchen sie, wofur brauchst du, wozu brauchen sie, = warum, = wieso, = wozu
warum ist das wichtig, wozu das, wofur das
pourquoi demandez vous, pourquoi vous demandez, pourquoi cette question, pourquoi avez vous besoin, = pourquoi
pourquoi voulez vous, pourquoi vous avez besoin
por que pregunta, por que preguntas, por que lo pregunta, para que lo necesita, para que lo necesitas
por que necesita
por que necesitas, por que quiere, por que quieres, = por que, = para que
""",
    Sign.DOES_NOT_KNOW: """
i dont know, i do not know, dont know yet, do not know yet, no idea, no clue, hard to say, not decided yet
havent decided, have not decided, cant say yet, cannot say yet, dunno, = idk, depends, = its open, undecided
keine ahnung, weiss ich nicht, weiss ich noch nicht, weiss nicht, noch nicht entschieden, schwer zu sagen, noch offen
je ne sais pas, je sais pas, aucune idee, pas encore decide, difficile a dire
no lo se, no se todavia, ni idea, aun no lo se, todavia no lo se, dificil de decir
""",
    Sign.NOT_SURE: """
not sure, unsure, not certain, nicht sicher, pas sur, pas sure, no estoy seguro, no estoy segura
""",
    Sign.DOUBT: """
too expensive, so expensive, too pricey, pretty expensive, quite expensive, very expensive
more expensive than, costs too much
cost too much, too much money, over our budget, over my budget, above our budget, out of our budget, beyond our budget
cant afford, cannot afford, cheaper elsewhere, cheaper than you, found it cheaper, they are cheaper
is cheaper than you, competitor
competitors, other supplier, other suppliers, other provider, other providers, another supplier, another provider
already have a supplier, already have a provider, happy with our current, not convinced, im not convinced, have doubts
i doubt, sounds too good, whats the catch, what is the catch, is it worth, not worth, not interested, need to think
have to think about it, think it over, i need time, not a good time, dont need it, dont think we need, dont trust
a scam, risky, too complicated, bad reviews, read bad things
zu teuer, zu viel geld, ganz schon teuer, sehr teuer, billiger, gunstiger, konkurrenz, wettbewerber, anderer anbieter
anderen anbieter, nicht uberzeugt, ich zweifle, uberlegen, kein interesse, brauchen wir nicht, haken
trop cher, moins cher, concurrent, concurrents, autre fournisseur, pas convaincu, pas convaincue, jhesite, reflechir
pas interesse, pas interessee
demasiado caro, muy caro, mas barato, competencia, otro proveedor, no estoy convencido, no estoy convencida, pensarlo
no me interesa
""",
    Sign.BUYING: """
want to buy, like to buy, want to order, like to order, ready to buy, ready to order, place an order, we will take it
well take it, ill take it, i take it, lets do it, lets go ahead, go ahead with, where do i sign, how do i sign up
want to sign up, like to sign up, how can i buy, how can i order, how do i buy, how do i order, where can i buy
a quote, a quotation, your quote, an offer, an estimate, a proposal, request a demo, book a demo, a demo
a demonstration
see it live, start a trial, free trial, a test machine, trial order, buy now, sign the contract, send me a contract
kaufen, bestellen, ein angebot, angebot schicken, angebot machen, eine demo, eine vorfuhrung
kostenvoranschlag, probestellung
acheter, commander, un devis, une offre, une demo, une demonstration, une demonstration gratuite, un essai
comprar, pedir un presupuesto, un presupuesto, una oferta, una demo, una demostracion, hacer un pedido, una cotizacion
""",
    Sign.ASKS_OFFER: """
how much, what does it cost, what do you charge, price, prices, pricing, price list, cost, costs, rates, fee, fees
what do you offer, what do you sell, which plan, which plans, which product, which products, which model, which models
which machine, which machines, what products, what plans, what models, do you have, do you sell, do you offer
recommend
what would you suggest, which one, what options, your catalogue, your catalog, packages
wie viel, wieviel, was kostet, was kosten, preis, preise, preisliste, was bieten sie, welche produkte, welches modell
empfehlen, haben sie
combien, prix, tarif, tarifs, que proposez vous, quels produits, quel modele, recommandez, avez vous
cuanto, precio, precios, tarifa, tarifas, que ofrecen, que productos, que modelo, recomienda, recomiendan, tienen
""",
    Sign.CORRECTION: """
actually, i meant, i mean, correction, i misspoke, scratch that, not quite, sorry not, no wait, wait no, i was wrong
my mistake, i made a mistake, that was wrong, let me correct, to correct, change that to, make that, rather than, typo
korrektur, ich meinte, ich meine, doch nicht, eigentlich, stimmt nicht, falsch gesagt, vertippt, nicht ganz
je voulais dire, en fait, je me suis trompe, je me suis trompee, rectification, plutot
quise decir, en realidad, me equivoque, correccion, mejor dicho, perdon no
""",
    Sign.MISUNDERSTOOD: """
not what i asked, not what i meant, didnt answer, did not answer, doesnt answer, does not answer, wrong answer
you dont understand, you do not understand, you misunderstood, didnt understand me, thats wrong, read my question
das habe ich nicht gefragt, nicht meine frage, falsche antwort, sie verstehen mich nicht, falsch verstanden
ce nest pas ma question, pas ce que jai demande, vous ne comprenez pas, mal compris
no es lo que pregunte, no me entiende, no me entiendes, respuesta equivocada
""",
    Sign.SMALL_TALK: """
= guten tag, = guten morgen, = guten abend, = hallo, = moin, = servus, = gruss gott, = danke, = vielen dank
= danke schon
= bonjour, = bonsoir, = salut, = merci, = merci beaucoup, = daccord, = hola, = buenos dias, = buenas tardes, = buenas
= gracias, = muchas gracias, = vale, = de acuerdo, = gut, = alles klar, = verstehe, = bien, = tres bien
""",
    Sign.QUESTION: """
tell me, show me, let me know, explain, i would like to know, id like to know, want to know, i wonder, wondering
interested in knowing, can you, could you, do you, does it, is there, are there, give me, may i, will you
will it, will there
what do i, what do we, what do you, what is, what are, whats the, what does, what would, what can, what time
can i, can we
can he, can she, can they, can my, could i, could we, do i, do we, does he, does she, does the, does that
how do, how does
how much, how many, how long, how far, how old, how often, how can, where is, where are, where do, where can, when is
when are, when do, when can, is it, is that, are you, is the, will it, would you, which one, which is, who is
was ist, was sind, was kostet, was kosten, was bieten, was haben, sagen sie mir, zeigen sie mir, erklaren sie
ich wurde gerne wissen, ich mochte wissen, gibt es, konnen sie
dites moi, montrez moi, expliquez, je voudrais savoir, jaimerais savoir, est ce que, y a t il, pouvez vous
digame, dime, expliqueme, me gustaria saber, quisiera saber, quiero saber, puede usted, hay algun
""",
}
# With one of these a message begins that asks.
_OPENERS = """
what whats which who whos whose where wheres when how hows why is are do does did can could would should
wie wer wo wann warum wieso welche welcher welches woher wohin wozu quoi quel quelle quels quelles qui ou quand
comment pourquoi combien que quien donde cuando como cual cuales cuanto cuanta cuantos
"""
OPENERS = frozenset(_OPENERS.split())
# "would like to buy" asks nothing, "could be 40" neither.
NO_QUESTION_BEHIND = frozenset({"like", "love", "take", "do", "be"})
_NEGATIONS = "not dont never no cant wont isnt didnt nicht kein keine nie pas jamais nunca"
NEGATIONS = frozenset(_NEGATIONS.split())
_NUMBER_WORDS = """
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand dozen couple zwei drei vier
funf sechs sieben acht neun zehn zwolf zwanzig dreissig vierzig funfzig hundert tausend deux trois quatre cinq sept
huit neuf dix douze vingt trente quarante cinquante cent mille dos tres cuatro cinco seis siete ocho nueve diez doce
veinte treinta cuarenta cincuenta cien mil
"""
NUMBER_WORDS = frozenset(_NUMBER_WORDS.split())
_DATE_WORDS = """
today tomorrow tonight asap immediately soon monday tuesday wednesday thursday friday saturday sunday january
february march april june july august september october november december spring summer autumn fall winter christmas
easter q1 q2 q3 q4 heute morgen sofort bald montag dienstag mittwoch donnerstag freitag samstag sonntag januar
februar marz mai juni juli oktober dezember fruhling sommer herbst weihnachten ostern demain lundi mardi mercredi
jeudi vendredi samedi dimanche janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
printemps ete automne hiver hoy manana pronto lunes martes miercoles jueves viernes sabado domingo enero febrero
marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre primavera verano otono invierno
"""
DATE_WORDS = frozenset(_DATE_WORDS.split())

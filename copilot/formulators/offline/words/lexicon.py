"""Words that carry the structure of optimization problems, by the role they play."""

from __future__ import annotations

from .morphology import lemma


def word_set(text: str) -> frozenset[str]:
    """The words of a line or a block of text."""
    return frozenset(text.split())


NUMBER_WORDS: dict[str, float] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
#: Words that tell how few of a list follow or belong together.
FEW = {word: int(number) for word, number in NUMBER_WORDS.items() if 2 <= number <= 6}
SCALES: dict[str, float] = {
    "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "dozen": 12, "k": 1e3,
    "hundreds": 100, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "dozens": 12,
}  # fmt: skip
FRACTIONS: dict[str, float] = {
    "half": 1 / 2, "halves": 1 / 2, "third": 1 / 3, "thirds": 1 / 3, "quarter": 1 / 4, "quarters": 1 / 4,
    "fourth": 1 / 4, "fourths": 1 / 4, "fifth": 1 / 5, "fifths": 1 / 5, "sixth": 1 / 6, "eighth": 1 / 8,
    "eighths": 1 / 8, "tenth": 1 / 10,
    "tenths": 1 / 10,
}  # fmt: skip
MULTIPLIERS: dict[str, float] = {"twice": 2, "thrice": 3, "double": 2, "triple": 3, "quadruple": 4}
#: Words that multiply what is named behind them: "half the area", "twice the width".
FACTORS = MULTIPLIERS | {"half": 0.5}

#: Money in words to the size of one: a cent is a hundredth, whatever it is a cent of.
CURRENCIES: dict[str, float] = {
    **dict.fromkeys(
        word_set(
            """euro eur dollar usd pound gbp buck quid franc chf crown krone kroner krona kronor zloty pln rupee peso
            yen yuan"""
        ),
        1.0,
    ),
    **dict.fromkeys(word_set("cent ct cts penny pence"), 0.01),
}

#: Unit word to its dimension and its size in that dimension.
UNITS: dict[str, tuple[str, float]] = {
    "second": ("time", 1 / 3600), "sec": ("time", 1 / 3600), "minute": ("time", 1 / 60), "min": ("time", 1 / 60),
    "mins": ("time", 1 / 60), "hour": ("time", 1), "hr": ("time", 1), "hrs": ("time", 1), "h": ("time", 1),
    "mg": ("mass", 1e-6), "milligram": ("mass", 1e-6), "g": ("mass", 1e-3), "gram": ("mass", 1e-3),
    "kg": ("mass", 1), "kilogram": ("mass", 1), "kilo": ("mass", 1), "tonne": ("mass", 1000),
    "t": ("mass", 1000), "ton": ("heavy", 1), "pound": ("pound", 1), "lb": ("pound", 1), "ounce": ("pound", 1 / 16),
    "oz": ("pound", 1 / 16),
    "ml": ("volume", 1e-3), "milliliter": ("volume", 1e-3), "liter": ("volume", 1), "litre": ("volume", 1),
    "l": ("volume", 1), "dl": ("volume", 0.1), "deciliter": ("volume", 0.1), "decilitre": ("volume", 0.1),
    "cl": ("volume", 0.01), "centiliter": ("volume", 0.01), "centilitre": ("volume", 0.01),
    "millilitre": ("volume", 1e-3), "m3": ("volume", 1000), "m2": ("square meter", 1),
    "kilogramme": ("mass", 1), "gramme": ("mass", 1e-3),
    "gallon": ("gallon", 1), "quart": ("gallon", 1 / 4), "pint": ("gallon", 1 / 8),
    **{word: ("money", size) for word, size in CURRENCIES.items() if word not in ("pound", "crown")},
    "acre": ("area", 1), "hectare": ("hectare", 1), "ha": ("hectare", 1), "calorie": ("calorie", 1),
    "m": ("length", 1), "meter": ("length", 1), "metre": ("length", 1), "cm": ("length", 0.01),
    "km": ("length", 1000), "kilometer": ("length", 1000), "kilometre": ("length", 1000), "kcal": ("calorie", 1),
    "kwh": ("energy", 1), "mw": ("power", 1), "kw": ("power", 1e-3), "gb": ("data", 1), "inch": ("inch", 1),
}  # fmt: skip
#: Lengths in meters, for what is measured in space: there square and cubic units count too.
LENGTHS: dict[str, float] = {
    "m": 1.0, "meter": 1.0, "metre": 1.0, "km": 1000.0, "kilometer": 1000.0, "kilometre": 1000.0, "dm": 0.1,
    "decimeter": 0.1, "decimetre": 0.1, "cm": 0.01, "centimeter": 0.01, "centimetre": 0.01, "mm": 0.001,
    "millimeter": 0.001, "millimetre": 0.001, "foot": 0.3048, "ft": 0.3048, "inch": 0.0254, "yard": 0.9144,
    "yd": 0.9144, "mile": 1609.344,
}  # fmt: skip
#: Volumes of what is poured, in cubic meters.
LIQUIDS: dict[str, float] = {
    "liter": 1e-3, "litre": 1e-3, "l": 1e-3, "cl": 1e-5, "centiliter": 1e-5, "centilitre": 1e-5, "ml": 1e-6, "cc": 1e-6,
    "milliliter": 1e-6, "millilitre": 1e-6, "dl": 1e-4, "deciliter": 1e-4, "decilitre": 1e-4,
    "gallon": 0.003785411784, "quart": 0.000946352946, "pint": 0.000473176473,
}  # fmt: skip
#: Areas of land in square meters.
LAND: dict[str, float] = {"hectare": 1e4, "ha": 1e4, "acre": 4046.8564224}
#: Units of calendar time and occasions: "per day" states a rate that all figures share.
OCCASIONS = word_set("""day week month year shift season term trip run session daily weekly monthly yearly
    wk wks yr yrs""")
#: Words that count pieces of something else: "3 units of wood", "two bottles of milk".
COUNTERS = word_set(
    """unit piece bottle bag box batch serving pack package glass plate bowl gallon square foot feet kilo worth
    pound kilogram kg acre ton liter litre gram g mg ml oz ounce roll slice length sheet can cup set pair
    case barrel bushel crate carton jar spool ream loaf pill tablet capsule tablespoon teaspoon dose dollar
    amount number quantity pc"""
)

STOP_WORDS = word_set(
    """I i'm i've i'd i'll we're we've we'd we'll they're they've they'd you've you're
    a an the this that these those each every per any either both neither all some other another such own
    same of to in on at by for from with without into onto over under as than then so if when since because
    due while whereas and or but nor not no only also just about approximately around exactly roughly
    between among across is are was were be been being am do does did has have had having can could may
    might must shall should will would cannot he she it they we you i his her its their our your my him them
    us one's who whom whose which what how there here where more most less least fewer many much few enough
    additional additionally extra further furthermore moreover finally lastly first firstly second secondly
    however therefore thus hence respectively available total combined altogether overall currently now per
    up down out off within during until after before themselves himself herself itself together least up-to
    times twice thrice equal daily weekly monthly yearly annually everyday plus minus versus vs let lets
    given assume assuming suppose according respective different various several possible maximum minimum
    max min least per-unit i.e e.g etc conversely similarly meanwhile instead comparison contrast too very
    quite even though although whether never always usually often it's that's there's he's she's let's can't
    gotta gonna wanna don't doesn't isn't won't mustn't shouldn't aren't couldn't"""
)

_VERBS = word_set(
    """make produce sell buy purchase grow use require need take cost earn hold carry transport deliver ship
    send process provide contain give bring eat consume drink want like decide plan hire employ pay invest
    allocate spend manufacture prepare bake cook build run operate schedule offer generate create yield seat
    serve feed gain administer install minimize minimise maximize maximise optimize optimise determine find
    formulate ensure help meet satisfy
    limit exceed choose wish assemble mix blend fill collect convert handle accommodate attract reach
    promote advertise develop design cut mow clean heat cool emit output cause bottle conduct perform do get
    keep obtain own rent lease lend fly drive travel visit work spend wear store pack load unload move
    travel assign distribute supply stock donate prefer consist include involve produce receive return
    charge lose save reduce increase decrease recommend suggest hope aim seek try attempt plant harvest
    raise catch pick breed teach train tutor print scan sew knit paint polish test treat vaccinate open
    close set add combine know have become contribute represent calculate cannot result allow enable launch
    manage come go show tell say call name consider follow available exist utilize deploy incur net
    dissipate expect estimate believe interest accept specialize look"""
)


def _forms(verb: str) -> tuple[str, ...]:
    stripped = verb[:-1] if verb.endswith("e") else verb
    doubled = verb + verb[-1]
    third = verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeou" else verb + "s"
    past = verb[:-1] + "ied" if third.endswith("ies") else stripped + "ed"
    third = verb + "es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else third
    return (verb, third, past, stripped + "ing", doubled + "ed", doubled + "ing")


_IRREGULAR_FORMS = word_set(
    """made sold bought grew grown took taken held sent gave given brought ate eaten spent built ran fed paid
    kept got gotten won knew known came went drove driven flew flown wore worn said told meant left lent"""
)
#: Words that open or continue a verb phrase, in any form.
VERB_FORMS = frozenset(form for verb in _VERBS for form in _forms(verb)) | frozenset(_IRREGULAR_FORMS)
#: Forms that are nouns or adjectives as often as verbs: they may stand inside a noun phrase.
NOUN_LIKE = word_set(
    """cost costs work works plan plans print prints test tests pack packs box mix mixes blend blends supply
    return returns design designs time paint supplies train trains drink drinks plant plants show shows cut
    set sets limit process processes name call calls load loads need needs building buildings painting
    paintings wearing heating cleaning catering blended mixed heated painted printed printing scanning
    packing baking operating processing serving servings designing training manufacturing processed net
    store stores yield yields sewing knitting polishing assembly increased output treat treats catch pick
    estimate cutting stock interest polish look aim cool keeping advertising ship ships bottle bottles seat
    seats feed bus lease fly gain move rent stocks stock fund funds visits feeds bonds cleaners catches
    picks walls allocation supply supplies programs output outputs sending visit charge charges treated
    cooked packed cook cooks raise clean help results saw saws produce manager expected investment bottled
    shipping mowing reduced launch launches tutor tutors breed breeds drive drives scan scans"""
)

#: Nouns that stand for the decision itself ("the number of units produced").
GENERIC_HEADS = word_set(
    """one version model type kind unit item product size option each brand variety form style trip ride way
    number amount quantity investment shift level project"""
)

COST_WORDS = word_set(
    """cost expense price spend pay wage budget expenditure salary charge fee bill invest expensive spending
    purchase buy"""
)
PROFIT_WORDS = word_set("""profit earn earning gain net income return benefit yield payout interest dividend""")
REVENUE_WORDS = word_set("revenue sale sell sold selling price income earn turnover bring")

#: Words that say that a quantity is there to be used (a ceiling).
SUPPLY_WORDS = word_set(
    """available has have had access budget stock hand only supply capacity limit limited limits enough spare
    possess operates maximum supplies availability reserve inventory total own owns limitation possesses
    allotted up allocated operate"""
)
#: Words that say that a quantity is wanted (a floor).
DEMAND_WORDS = word_set(
    """demand demands must need needs needed order orders require requires required requirement requirements want wants
    contract contracts"""
)


def is_verb(word: str) -> bool:
    """Whether the word (lower case) is rather a verb than part of a noun phrase."""
    return word in VERB_FORMS and word not in NOUN_LIKE


def is_content(word: str) -> bool:
    """Whether the word (lower case) can be part of a noun phrase."""
    return word not in STOP_WORDS and not is_verb(word)


def unit_of(word: str) -> tuple[str, float] | None:
    """Dimension and size of a unit word, or None."""
    return UNITS.get(lemma(word))

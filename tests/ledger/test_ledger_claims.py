"""Claims: kind, whole and part, stance, modality, place, date, source and responsible. All sentences invented."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.ledger.claims import extract, is_event
from fonds.ledger.records import Claim, Context


def told(sentence: str, context: Context | None = None) -> list[tuple[str, str]]:
    claims = extract(sentence, context or Context())
    return [(claim.figure, claim.kind) for claim in claims if claim.figure and is_event(claim)]


KINDS = [
    # the noun says it
    ("41 new arrivals on Leros", [("41", "arrived")]),
    ("Two bodies were brought to the port.", [("Two", "killed")]),
    ("The bodies of seven women lay in the hold.", [("seven", "killed")]),
    ("3 dead and 12 wounded in a car bombing", [("3", "killed"), ("12", "injured")]),
    ("The sea has claimed more than 500 lives this year.", [("500", "killed")]),
    # the verb behind
    ("58 people, including 11 children, have been killed.", [("58", "killed"), ("11", "killed")]),
    ("21 people landed on Farmakonisi this morning.", [("21", "arrived")]),
    ("Six people who had fled the camp were arrested.", [("Six", "detained")]),
    ("Some 50 people are feared dead.", [("50", "missing")]),
    ("Forty men were found naked and later rescued.", [("Forty", "rescued")]),
    ("Nine people, among them four children, froze to death.", [("Nine", "killed"), ("four", "killed")]),
    # the verb before
    ("A shell hit the school, killing five and wounding 16.", [("five", "killed"), ("16", "injured")]),
    ("The ministry deported at least 70 Afghans.", [("70", "deported")]),
    ("Border guards sent 36 people back to Serbia.", [("36", "deported")]),
    ("The blast left four dead.", [("four", "killed")]),
    ("The crew pulled 71 people from a dinghy.", [("71", "rescued")]),
    ("The patrol intercepted 200 people and returned them to Tripoli.", [("200", "deported")]),
    # boats
    ("A boat arrived on Lesvos, 45 people.", [("45", "arrived")]),
    ("Two boats landed on Samos carrying 85 people.", [("85", "arrived")]),
    # lists, gaps and counts
    ("33 people arrived on Chios and 31 on Kos.", [("33", "arrived"), ("31", "arrived")]),
    ("Arrivals: Lesvos 54, Chios 31.", [("54", "arrived"), ("31", "arrived")]),
    ("The death toll has risen to 61.", [("61", "killed")]),
    ("The number of missing persons is 60.", [("60", "missing")]),
    ("300 people arrived, compared to 590 last year.", [("300", "arrived"), ("590", "arrived")]),
    ("Of the 66 rescued, 20 are minors.", [("66", "rescued"), ("20", "rescued")]),
    ("Some 600 survivors arrived in Bari.", [("600", "arrived")]),
    ("It carried 130 people, they all drowned.", [("130", "killed")]),
    ("About 100 children, women and men were killed.", [("100", "killed")]),
    (
        "UNHCR counted 609 deaths, while other groups say it is more than 2,000.",
        [("609", "killed"), ("2,000", "killed")],
    ),
    ("Among the dead are four children.", [("four", "killed")]),
    ("The camp took in 400 new people.", [("400", "arrived")]),
    ("The authorities prevented 42 irregular entries.", [("42", "deported")]),
    ("A boat with 300 people onboard was brought back to Benghazi.", [("300", "deported")]),
]


@pytest.mark.parametrize(("sentence", "expected"), KINDS)
def test_kind(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert told(sentence) == expected


NOTHING = [
    "There are 7,000 people in a camp built for 3,100.",
    "60,000 refugees are trapped in Greece.",
    "The ministry plans to deport 50 people next week.",
    "Some 8,000 people may be evicted in the coming months.",
    "The boat, with about 90 people on board, is adrift.",
    "Volunteers served 800 meals to new arrivals.",
    "Donations of 2,500 euros would cover the rent.",
    "Nine people drown every day.",
    "In 2019, 1,283 asylum applications were lodged.",
    "Only 5 out of 100 requests were granted.",
    "The youngest victim was 3 years old.",
    "A court sentenced the three men to 52 years in prison.",
    "Some 300 residents marched through the town.",
    "The shelling destroyed 5 hospitals.",
    "He was beaten by five policemen.",
    "Each year some 300 people die at this border.",
    "Around 500 displaced people are currently living in the woods.",
    "4,570 people were registered in the asylum centre.",
    "",
    "No figures here.",
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_is_no_event_gives_no_figure(sentence: str) -> None:
    assert told(sentence) == []


def one(sentence: str, **context: str) -> Claim:
    (claim,) = extract(sentence, Context(**context))
    return claim


def test_a_plan_is_kept_and_called_a_plan() -> None:
    claim = one("The ministry plans to deport 50 people next week.")
    assert (claim.kind, claim.modality, is_event(claim)) == ("deported", "planned", False)


def test_a_part_names_its_whole() -> None:
    whole, part = extract("23 civilians, including 7 children, were killed.")
    assert (whole.part_of, part.part_of) == (None, whole.start)
    assert (whole.population, part.population) == ("civilians", "children")


def test_a_breakdown_by_age_and_sex_adds_no_claims() -> None:
    assert told("22 people arrived, including 5 children, 7 women and 10 men.") == [("22", "arrived")]


def test_a_running_total_is_told_from_an_event() -> None:
    assert one("The death toll has risen to 61.").total
    assert not one("61 people died in the fire.").total


SOURCES = [
    ("16 people drowned, according to the coast guard.", "the coast guard"),
    ("The Danish Refugee Council says 26 men were pushed back.", "The Danish Refugee Council"),
    ("26 men were pushed back, Mare Liberum reports.", "Mare Liberum"),
    ("“We counted 30 dead,” said Ana Anić, a doctor at the hospital.", "Ana Anić, a doctor at the hospital"),
    ("Info Park reports that UNHCR says 12 people were injured.", "UNHCR"),
    ("12 people were injured, local media are reporting.", "local media"),
    ("12 people were killed — Ana Anić, resident of the town", "Ana Anić, resident of the town"),
    ("The number of dead is estimated by the white helmets at 40.", "the white helmets"),
    ("Alarm Phone: 45 people rescued off Crete!", "Alarm Phone"),
    ("Lesvos: 45 people arrived.", None),
    ("12 people were injured.", None),
    ("It was reported that 12 people were injured.", None),
]


@pytest.mark.parametrize(("sentence", "source"), SOURCES)
def test_source(sentence: str, source: str | None) -> None:
    found = one(sentence).source
    assert (found.text if found else None) == source


DOERS = [
    ("12 people were killed by Turkish border guards this year.", "Turkish border guards"),
    ("Hungarian police detained 220 people.", "Hungarian police"),
    ("Russian airstrikes killed 27 civilians.", "Russian"),
    ("Rebels shelled the town, killing four.", "Rebels"),
    ("Border guards shot at the group, wounding two men.", "Border guards"),
    ("Nine civilians died when Turkish forces shelled Afrin.", "Turkish forces"),
    ("ISIS is believed to have executed 40 prisoners.", "ISIS"),
    ("15 people were stopped by border police and returned.", "border police"),
    ("The Libyan coast guard rescued 120 people.", None),
    ("Four people were killed by a train.", None),
]


@pytest.mark.parametrize(("sentence", "party"), DOERS)
def test_responsible(sentence: str, party: str | None) -> None:
    found = one(sentence).responsible
    assert (found.text if found else None) == party


DENIALS = [
    ("Russia claims no responsibility for the attacks.", "Russia", "killed"),
    ("This claim has been denied by the rebel group.", "the rebel group", "killed"),
    ("The coalition has denied targeting the market.", "The coalition", "killed"),
    ("The Greek minister denied that pushbacks had occurred.", "The Greek minister", "deported"),
    ("The Kremlin insists that its aircraft did not bomb the convoy.", "The Kremlin", "killed"),
    ("“We have never pushed anyone back,” the interior minister said.", "the interior minister", "deported"),
]


@pytest.mark.parametrize(("sentence", "source", "kind"), DENIALS)
def test_denial_without_a_figure(sentence: str, source: str, kind: str) -> None:
    claim = one(sentence)
    assert claim.source is not None
    assert (claim.stance, claim.figure, claim.source.text, claim.kind) == ("denies", "", source, kind)


NO_DENIALS = [
    "He was denied asylum and sent to a camp.",
    "The two men denied the charges in court.",
    "The spokesman denied that the government plans to cut aid.",
    "They were denied access to a doctor.",
    "Nobody has claimed responsibility.",
]


@pytest.mark.parametrize("sentence", NO_DENIALS)
def test_a_refusal_is_no_denial(sentence: str) -> None:
    assert [claim for claim in extract(sentence) if claim.stance != "asserts"] == []


def test_a_figure_behind_a_denial_is_denied() -> None:
    (claim,) = extract("The consulate denied the drowning of dozens of workers by border police.")
    assert (claim.stance, claim.figure, claim.responsible and claim.responsible.text) == (
        "denies",
        "dozens",
        "border police",
    )


def test_an_admission_is_attributed() -> None:
    claim = one("The Taliban claimed responsibility for the blast.")
    assert (claim.stance, claim.source and claim.source.id, claim.figure) == ("attributes", "Taliban", "")


DATES = [
    ("5 people died on Tuesday.", "on Tuesday", "2019-06-11"),
    ("5 people died yesterday.", "yesterday", "2019-06-11"),
    ("5 people died in April.", "in April", "2019-04"),
    ("5 people died in November.", "in November", "2018-11"),
    ("5 people died on 3 March 2018.", "on 3 March 2018", "2018-03-03"),
    ("5 people died on 18/03/21.", "on 18/03/21", "2021-03-18"),
    ("5 people died last year.", "last year", "2018"),
    ("5 people died so far this year.", "so far this year", "2019-01-01/2019-06-12"),
    ("5 people died on 31 February.", "on 31 February", ""),
    ("5 people died.", None, None),
]


@pytest.mark.parametrize(("sentence", "text", "iso"), DATES)
def test_date_resolved_against_the_post(sentence: str, text: str | None, iso: str | None) -> None:
    date = one(sentence, post_date="2019-06-12").date
    assert (date and date.text, date and date.id) == (text, iso)


def test_a_date_without_a_post_date_stays_unresolved() -> None:
    date = one("5 people died on Tuesday.").date
    assert date is not None
    assert date.id == ""


PLACES = [
    ("5 people died in Moria.", "Moria", "Moria"),
    ("5 people died off the coast of Libya.", "off the coast of Libya", "Libya"),
    ("5 people died near the old mill market.", "near the old mill market", ""),
    ("21 people reached Lampedusa.", "Lampedusa", "Lampedusa"),
]


@pytest.mark.parametrize(("sentence", "text", "known"), PLACES)
def test_place(sentence: str, text: str, known: str) -> None:
    place = one(sentence).place
    assert place is not None
    assert (place.text, place.id) == (text, known)


def test_context_gives_what_the_sentence_leaves_out() -> None:
    claim = one("5 people died.", section="GREECE", frame="Mare Liberum")
    assert claim.place is not None
    assert claim.source is not None
    assert (claim.place.scope, claim.place.id) == ("section", "Greece")
    assert (claim.source.scope, claim.source.text) == ("tweet frame", "Mare Liberum")


def test_a_section_that_is_no_known_place_is_not_guessed_at() -> None:
    assert one("5 people died.", section="Weather").place is None


def test_the_sentence_before_tells_the_kind() -> None:
    before = Context(previous="At least 29 people were killed in Kabul.")
    assert told("Among them were nine journalists.", before) == [("nine", "killed")]
    assert told("Among them were nine journalists.") == []


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_no_text_breaks_the_rules(text: str) -> None:
    sentence = f"{text} 5 people were killed by police, {text} said {text}"
    for claim in extract(sentence, Context(post_date="2019-06-12")):
        if claim.figure:
            assert sentence[claim.start : claim.end] == claim.figure
        for mention in (claim.place, claim.date, claim.source, claim.responsible):
            if mention is not None and mention.scope == "sentence":
                assert sentence[mention.start : mention.end] == mention.text


HARD = [
    "5 people were killed by police and ",
    "5 died, X said, ",
    "Russia denies that ",
    ", 5",
    "12 345 ",
    "٤٥ people ماتوا 人が3人死亡 🇸🇾 died ",
    "5 people — ",
    "to ",
    "(",
    "“",
    "5.",
    "a-",
    "United Nations ",
    "reportedly ",
    "it did not bomb ",
]


@pytest.mark.parametrize("part", HARD)
def test_time_grows_with_the_length_only(part: str) -> None:
    def seconds(times: int) -> float:
        text = part * times + " 5 killed"
        begin = time.process_time()
        extract(text)
        return time.process_time() - begin

    extract("5 killed")
    short, long = max(seconds(1000), 0.005), seconds(8000)
    assert long < 24 * short, (short, long)


def test_a_number_of_400_digits_is_no_figure() -> None:
    assert extract("9" * 400 + " people died") == []
    assert extract("9" * 6000 + " people died") == []

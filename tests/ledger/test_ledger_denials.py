"""Denials, told from refusals: invented sentences, labelled before the rules were asked."""

from __future__ import annotations

import pytest

from fonds.ledger.claims import extract

SENTENCES = [
    ("The Greek government has repeatedly denied carrying out pushbacks.", True),
    ("Frontex rejects the allegations.", True),
    ("Moscow dismissed the reports as fake news.", True),
    ("The Croatian Ministry of Interior insists that its officers acted within the law.", False),
    ("The Croatian Interior Ministry called the accusations unfounded.", True),
    ("The Libyan Coast Guard says it never fired on the boat.", True),
    ("Turkey denies that its border guards shot at refugees.", True),
    ("The army denied responsibility for the strike.", True),
    ("The regime has always denied using chemical weapons.", True),
    ("“We did not bomb the hospital,” a spokesman of the coalition said.", True),
    ("The minister denied the claims, saying no one had been pushed back.", True),
    ("The Pentagon said it had no information about civilian casualties.", False),
    ("Hungarian police deny beating people at the border.", True),
    ("The mayor refused to comment.", False),
    ("Two people were denied entry at the airport.", False),
    ("They were denied access to asylum procedures.", False),
    ("The authorities denied the family a doctor.", False),
    ("Nobody has claimed responsibility for the attack.", False),
    ("ISIS claimed responsibility for the bombing that killed 20 people.", False),
    ("The Polish Border Guard disputes that anyone was pushed back to Belarus.", True),
    ("Rebels denied the accusation, saying that government forces had fired poison gas.", True),
    ("According to the Turkish president, the claims that soldiers shot at children are lies.", True),
    ("Italian authorities rejected the request for a safe port.", False),
    ("The court rejected 14 applications.", False),
    ("The Serbian government denied that any violence took place at the border.", True),
    ("Officials contradicted the report that 12 people had been beaten.", True),
    ("Russia says it was not behind the attack on the convoy.", True),
    ("The Hellenic Coast Guard refuted the accusations of pushbacks.", True),
    ("The IDF denied targeting the school.", True),
    ("The camp's management denies any wrongdoing.", True),
    ("She denied being a smuggler.", False),
    ("The Taliban denied involvement in the attack, which left 30 people dead.", True),
    ("No state has accepted responsibility for the deaths.", False),
    ("Greek officials described the footage as fabricated.", True),
    ("The government has neither confirmed nor denied the report.", False),
    ("The police deny all allegations of torture made by 17 detainees.", True),
    ("The Croatian government continues to deny illegal push-backs.", True),
    ("The spokesman said reports of shooting were untrue.", True),
    ("Aid groups denied entry to the camp have protested.", False),
]


@pytest.mark.parametrize(("sentence", "denies"), SENTENCES)
def test_denials(sentence: str, denies: bool) -> None:
    assert any(claim.stance == "denies" for claim in extract(sentence)) is denies

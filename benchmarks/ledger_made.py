"""An invented archive of reports, for the ledger's benchmarks: digests of a day each, with headings by country,
arrivals, deaths, denials, and much that is no claim. The same seed gives the same bytes."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import msgspec

from fonds.model import Heading, Image, Paragraph, Person, Post, Quote, RichText

PLACES = {
    "GREECE": ["Lesvos", "Chios", "Samos", "Kos", "Leros", "Athens", "Thessaloniki", "Idomeni", "Evros"],
    "ITALY": ["Lampedusa", "Ventimiglia", "Catania", "Pozzallo", "Trieste", "Rome"],
    "SPAIN": ["Ceuta", "Melilla", "Málaga", "Almería"],
    "SYRIA": ["Aleppo", "Idlib", "Raqqa", "Douma", "Homs"],
    "LIBYA": ["Tripoli", "Zuwara", "Benghazi", "Zawiya"],
    "SERBIA": ["Belgrade", "Šid", "Subotica"],
    "CROATIA": ["Zagreb", "Tovarnik", "Rijeka"],
    "FRANCE": ["Calais", "Paris", "Grande-Synthe"],
    "TURKEY": ["Izmir", "Edirne", "Bodrum", "Van"],
    "AFGHANISTAN": ["Kabul", "Kunduz", "Herat"],
}
SOURCES = [
    "UNHCR", "IOM", "Alarm Phone", "MSF", "the Hellenic Coast Guard", "Aegean Boat Report", "Reuters", "local activists",
    "Human Rights Watch", "Amnesty International",
]  # fmt: skip
DOERS = ["Croatian police", "the Hellenic Coast Guard", "the Syrian regime", "Russian airstrikes", "the Taliban", "ISIS", "Turkish border guards"]  # fmt: skip
CLAIMS = [
    "{n} people arrived on {place} on {day}, according to {source}.",
    "At least {n} people were killed in {place} by {doer}.",
    "{source} says that {n} people drowned off {place}, among them {m} children.",
    "More than {n} people were rescued near {place} by a fishing boat.",
    "{doer} pushed back {n} people near {place} last night.",
    "Police in {place} arrested {n} people during a raid.",
    "{m} people are still missing after a boat sank off {place}, {source} reports.",
    "Around {n} people were injured when a fire broke out in the camp in {place}.",
    "Since the beginning of the year {n},{m}00 people have arrived in {place}.",
    "The ministry denied that any pushbacks had taken place near {place}.",
    "{n} people, including {m} women, were evicted from a squat in {place}.",
    "“We were {n} people, and {m} of us were beaten by the police,” said a man from {place}.",
]
OTHERS = [
    "Volunteers in {place} are looking for {m} tents and blankets.",
    "The weather in {place} will be bad, with winds of {n} km/h.",
    "About {n} people are living in the camp in {place}, which was built for {m}.",
    "A protest against the new law will begin at {m} o'clock.",
    "The government of the country plans to open another centre in {place}.",
    "Please contact the team if you would like to help with the distribution of food.",
    "People have been waiting for months for an answer to their applications.",
    "The legal team publishes its guide in six languages, and you can find it here.",
    "It is one more sign of how little is left of the right to asylum.",
    "Children need school, warm clothes and a place where nobody shouts at them.",
]


def post(number: int, rng: random.Random) -> Post:
    """One digest."""
    when = dt.datetime(2016, 1, 1, 12, tzinfo=dt.UTC) + dt.timedelta(days=number % 2400)
    day = when.strftime("%A")
    title = f"Digest of {when:%d/%m/%Y}: what was heard today"
    blocks: list[Heading | Paragraph | Quote | Image] = [
        Heading(level=3, content=RichText(title), role="title")
    ]
    for country in rng.sample(sorted(PLACES), 5):
        blocks.append(Heading(level=3, content=RichText(country)))
        for _ in range(rng.randint(2, 3)):
            sentences = [_sentence(rng, country, day) for _ in range(rng.randint(2, 5))]
            blocks.append(Paragraph(name=f"{rng.getrandbits(16):04x}", content=RichText(" ".join(sentences))))
        if rng.random() < 0.2:
            blocks.append(Quote(content=RichText(_sentence(rng, country, day))))
        if rng.random() < 0.3:
            blocks.append(
                Image(id=f"1*{number}.jpeg", caption=RichText(f"A boat near {rng.choice(PLACES[country])}."))
            )
    milliseconds = int(when.timestamp() * 1000)
    ident = f"{number:012x}"
    return Post(
        id=ident, title=title, medium_url=f"https://medium.com/digest/{ident}", author=Person(name="The Digest"),
        first_published_at=milliseconds, latest_published_at=milliseconds, blocks=tuple(blocks),
    )  # fmt: skip


def _sentence(rng: random.Random, country: str, day: str) -> str:
    pattern = rng.choice(CLAIMS if rng.random() < 0.3 else OTHERS)
    return pattern.format(
        n=rng.randint(2, 300), m=rng.randint(2, 9), place=rng.choice(PLACES[country]), day=day,
        source=rng.choice(SOURCES), doer=rng.choice(DOERS),
    )  # fmt: skip


def archive(folder: Path, posts: int, *, seed: int = 5) -> None:
    """An archive as fonds lays it out, of ``posts`` digests; every fiftieth stands twice under another id."""
    rng = random.Random(seed)
    before: Post | None = None
    for number in range(posts):
        made = post(number, rng)
        if number % 50 == 49 and before is not None:
            made = msgspec.structs.replace(before, id=made.id)
        add(folder, made)
        before = made


def add(folder: Path, made: Post) -> None:
    """One more version in the archive."""
    at = folder / ".fonds" / "posts" / made.id
    at.mkdir(parents=True)
    (at / "1.json").write_bytes(msgspec.json.encode({"number": 1, "post": made}))

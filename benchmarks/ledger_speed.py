"""How fast claims are read: sentences a second on one core, a whole archive, and a second run with one new post.

The bars are those of the project: 3,000 sentences/s; 3,145 posts in 90 s on two cores; a second run in 2 s.
"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

import bench
import ledger_made
from fonds import jobs
from fonds.ledger import Context, extract
from fonds.ledger.run import extract as run
from fonds.ledger.sentences import sentences
from fonds.ledger.store import IN_ARCHIVE, Ledger


def per_second(rounds: int) -> float:
    """Median of the rounds, by processor time, with a context as in a real run."""
    rng = random.Random(1)
    posts = [ledger_made.post(number, rng) for number in range(60)]
    every = [s for post in posts for s in sentences(post)]
    rates = []
    for _ in range(rounds):
        begin = time.process_time()
        for sentence in every:
            extract(sentence.text, Context(post_date="2016-05-31", section=sentence.section))
        rates.append(len(every) / (time.process_time() - begin))
    return sorted(rates)[len(rates) // 2]


def main() -> None:
    parser = bench.arguments(__doc__ or "", rounds=5)
    parser.add_argument("--posts", type=int, default=3145)
    options = parser.parse_args()
    print(f"sentences/s on one core   {per_second(options.rounds):>9,.0f}   (bar: 3,000)")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ledger_made.archive(folder, options.posts)
        ledger = Ledger(folder / IN_ARCHIVE)
        jobs.collect_rarely()
        for name, bar in (
            ("first run", "90 s"),
            ("second run, nothing new", "2 s"),
            ("second run, one new post", "2 s"),
        ):
            if "one new" in name:
                ledger_made.add(folder, ledger_made.post(options.posts + 7, random.Random(9)))
            begin, used = time.monotonic(), time.process_time()
            summary = run(folder, ledger, jobs=2)
            wall, own = time.monotonic() - begin, time.process_time() - used
            print(
                f"{name:<25} {wall:>8.2f} s wall, {own:.2f} s of this process   (bar: {bar})   "
                f"{summary.posts} posts, {summary.read} read, {summary.sentences:,} sentences, {summary.claims:,} claims, {summary.events:,} events"
            )


if __name__ == "__main__":
    main()

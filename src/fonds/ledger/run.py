"""A run over an archive or a folder: read what is new, in several processes, and make the derived files again."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

import msgspec

from fonds import jobs as job
from fonds.archive import naming
from fonds.archive.files import ConflictError
from fonds.archive.summary import Failure
from fonds.ledger import asked, events, gazetteer, given, review
from fonds.ledger.around import Told, of_post
from fonds.ledger.folding import fold, prints, twins
from fonds.ledger.language import spoken
from fonds.ledger.records import EXTRACTOR, VERSION
from fonds.ledger.rows import LAYOUT, Head, Place, Row
from fonds.ledger.sentences import Sentence, sentences
from fonds.ledger.store import CLAIMS, EVENTS, META, POSTS, Ledger, Meta
from fonds.model import Post

CHUNK = 12
"""Inputs that a process is given at a time."""
FEW = 48
"""So few inputs are read here: to start processes takes longer."""

ENCODE = msgspec.json.Encoder().encode


class Progress(Protocol):
    """Told how many things of a phase are done."""

    def __call__(self, phase: str, done: int, total: int) -> None: ...


class Summary(msgspec.Struct, kw_only=True):
    """What a run did. ``read`` posts were read in this run, ``kept`` were known; ``unread`` are in languages
    that the rules do not read; ``twins`` repeat another post."""

    posts: int = 0
    read: int = 0
    kept: int = 0
    gone: int = 0
    duplicates: int = 0
    sentences: int = 0
    claims: int = 0
    events: int = 0
    twins: int = 0
    unread: dict[str, int] = {}
    failures: list[Failure] = []
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        code = 0
        for failed in self.failures:
            code |= failed.exit_code
        if code & 32 and self.posts:
            code |= 4
        return code


class Made(msgspec.Struct, frozen=True):
    """A post that was read: its head, and its lines of ``claims.jsonl``."""

    head: Head
    lines: bytes


Result: TypeAlias = Made | Failure


def extractor() -> str:
    """Name and version of what reads the sentences, the gazetteer included: another one reads all again."""
    more = gazetteer.name()
    return f"{EXTRACTOR}/{VERSION}" + (f"+{more}" if more else "")


def claim_id(post: str, sentence: str, nth: int, start: int, kind: str) -> str:
    """A name that does not change as long as the post says this sentence: not its number, nor the rules'
    reading of a figure, is a part of it. ``kind`` counts only for claims without a figure."""
    facts = "\n".join((post, fold(sentence), str(nth), str(start), kind))
    return hashlib.blake2b(facts.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def rows_of(
    post_id: str, version: int, date: str, told: Sequence[Told], numbers: dict[int, int]
) -> list[Row]:
    """The claims of a post as kept. ``numbers`` gives the number of the sentence at a position."""
    out: list[Row] = []
    by_position: dict[int, list[Row]] = {}
    nth: dict[str, int] = {}
    for sentence, previous, claims in told:
        folded = fold(sentence.text)
        count = nth[folded] = nth.get(folded, -1) + 1
        place = place_of(sentence, previous, numbers[sentence.position])
        earlier = by_position.get(sentence.repeats if sentence.repeats is not None else -1, [])
        mine: list[Row] = []
        used: dict[str, int] = {}
        for index, claim in enumerate(claims):
            told_kind = "" if claim.figure else f"{claim.stance} {claim.kind}"
            ident = claim_id(post_id, sentence.text, count, claim.start, told_kind)
            again = used[ident] = used.get(ident, -1) + 1
            if again:  # two denials in one sentence
                ident = claim_id(post_id, sentence.text, count, claim.start, f"{told_kind} {again}")
            repeats = earlier[index].id if index < len(earlier) else ""
            mine.append(
                Row(
                    id=ident,
                    post=post_id,
                    version=version,
                    date=date,
                    sentence=place,
                    claim=claim,
                    repeats=repeats,
                )
            )
        by_position[place.number] = mine
        out += mine
    return out


def place_of(sentence: Sentence, previous: str, number: int) -> Place:
    """Where a sentence stands, as it is kept."""
    return Place(
        number=number,
        text=sentence.text,
        kind=sentence.kind,
        block=sentence.block,
        name=sentence.name,
        start=sentence.start,
        end=sentence.end,
        position=sentence.position,
        selector=sentence.selector,
        section=sentence.section,
        region=sentence.region,
        frame=sentence.frame,
        previous=previous[:400],
    )


def day(post: Post) -> str:
    """The day of the post, ISO 8601, or ""."""
    return naming.date(
        post.first_published_at or post.latest_published_at or post.created_at or post.updated_at
    )


def read(source: given.Source) -> list[Result]:
    """The posts of one input, read. Runs in any process."""
    out: list[Result] = []
    for found in given.posts(source):
        out.append(found if isinstance(found, Failure) else made(source, found))
    return out


def made(source: given.Source, found: given.Given) -> Made:
    """Head and claims of one post."""
    post, date = found.post, day(found.post)
    every = sentences(post)
    told = list(of_post(post, date, found=every))
    rows = rows_of(found.id, found.version, date, told, {s.position: n for n, s in enumerate(every)})
    lines = b"".join(ENCODE(row) + b"\n" for row in rows)
    speech = spoken(_paragraphs(every))
    head = Head(
        key=source.key,
        mark=source.mark,
        id=found.id,
        version=found.version,
        date=date,
        title=" ".join(post.title.split()),
        url=post.medium_url or post.canonical_url,
        author=post.author.name or post.author.username,
        publication=post.publication.name if post.publication is not None else "",
        language=post.language,
        unread=speech.unread,
        share=round(speech.english / speech.words, 3) if speech.words else 1.0,
        words=speech.words,
        sentences=len(every),
        claims=len(rows),
        size=len(lines),
        prints=prints([s.text for s in every if s.repeats is None]),
    )
    return Made(head, lines)


def _paragraphs(every: Sequence[Sentence]) -> list[str]:
    """The texts of the blocks, code aside."""
    texts = [s for s in every if s.kind != "code"]
    return [" ".join(s.text for s in group) for _, group in itertools.groupby(texts, key=lambda s: s.block)]


def _chunk(sources: list[given.Source]) -> list[tuple[str, list[Result]]]:
    return [(source.key, read(source)) for source in sources]


def _never() -> bool:
    return False


def _silent(phase: str, done: int, total: int) -> None:
    pass


def extract(
    path: Path,
    ledger: Ledger,
    *,
    jobs: int | None = None,
    again: bool = False,
    progress: Progress = _silent,
    stop: Callable[[], bool] = _never,
) -> Summary:
    """Reads what is new or changed in ``path`` and makes the ledger's derived files again.

    ``jobs`` is the number of processes, None for as many as there are processors; ``again`` reads everything.
    What people decided is kept. When ``stop`` says so the run ends early with what it has. Raises DiskError,
    ConflictError when the ledger's folder holds files that are not a ledger's, UsageError.
    """
    _check(ledger)
    with ledger.locked():
        return _extract(path, ledger, jobs, again=again, progress=progress, stop=stop)


def _check(ledger: Ledger) -> None:
    if (ledger.folder / META).is_file():
        return
    for name in (POSTS, CLAIMS, EVENTS):
        if (ledger.folder / name).exists():
            raise ConflictError(
                "is already there and was not written by fonds",
                origin=str(ledger.folder / name),
                remedy="Choose another folder with -o.",
            )


class _Known:
    """What the last run left: a head and its lines, by input."""

    def __init__(self, ledger: Ledger, meta: Meta, *, again: bool) -> None:
        self._held: dict[str, list[Made]] = {}
        self._empty: dict[str, str] = {}
        before = ledger.meta()
        self.count = 0
        if before is None or again or (before.extractor, before.source) != (meta.extractor, meta.source):
            return
        self._empty = before.empty
        heads, data = ledger.heads(), ledger.raw_claims()
        if sum(head.size for head in heads) != len(data):
            return  # a crash between two files: made again
        at = 0
        self.count = len(heads)
        for head in heads:
            self._held.setdefault(head.key, []).append(Made(head, data[at : at + head.size]))
            at += head.size

    def settle(self, sources: Sequence[given.Source]) -> None:
        """Where an input is gone or changed, those that held the same post as another are read again."""
        marks = {source.key: source.mark for source in sources}
        if any(marks.get(key) != held[0].head.mark for key, held in self._held.items()):
            self._empty = {}

    def of(self, source: given.Source) -> list[Made] | None:
        if source.mark and self._empty.get(source.key) == source.mark:
            return []
        held = self._held.get(source.key)
        return held if held and source.mark and held[0].head.mark == source.mark else None


def _extract(
    path: Path, ledger: Ledger, jobs: int | None, *, again: bool, progress: Progress, stop: Callable[[], bool]
) -> Summary:
    meta = Meta(LAYOUT, extractor(), str(path.resolve()) if not given.is_archive(path) else "")
    known = _Known(ledger, meta, again=again)
    summary = Summary()
    inputs: list[given.Source] = []
    for source in given.sources(path, avoid=ledger.folder):
        if isinstance(source, Failure):
            summary.failures.append(source)
        else:
            inputs.append(source)
    known.settle(inputs)
    found = [(source, known.of(source)) for source in inputs]
    fresh = [source for source, held in found if held is None]
    results = _results(fresh, jobs, progress, stop)
    every: list[Made] = []
    failed: set[str] = set()
    for source, held in found:
        if held is not None:
            every += held
            summary.kept += len(held)
            continue
        pair = next(results, None)
        if pair is None:
            summary.interrupted = True
            continue
        for result in pair[1]:
            if isinstance(result, Failure):
                summary.failures.append(result)
                failed.add(source.key)
            else:
                every.append(result)
                summary.read += 1
    done = {source.key: source.mark for source in inputs if source.mark and source.key not in failed}
    _finish(ledger, meta, every, summary, {} if summary.interrupted else done)
    summary.gone = max(0, known.count - summary.kept - summary.read) if not summary.interrupted else 0
    return summary


def _results(
    fresh: list[given.Source], jobs: int | None, progress: Progress, stop: Callable[[], bool]
) -> Iterator[tuple[str, list[Result]]]:
    total, done = len(fresh), 0
    count = 1 if total <= FEW else (jobs or job.default_jobs())
    chunks = (fresh[at : at + CHUNK] for at in range(0, total, CHUNK))
    with job.runner(count) as run:
        for batch in run(_chunk, itertools.takewhile(lambda _: not stop(), chunks)):
            done += len(batch)
            progress("read", done, total)
            yield from batch


def _finish(ledger: Ledger, meta: Meta, every: list[Made], summary: Summary, done: dict[str, str]) -> None:
    kept = _with_answers(_once(every, summary), ledger)
    giving = {one.head.key for one in kept}
    meta = msgspec.structs.replace(meta, empty={key: done[key] for key in sorted(done) if key not in giving})
    heads = twins([one.head for one in kept])
    claims = b"".join(one.lines for one in kept)
    rows = msgspec.json.Decoder(Row).decode_lines(claims)
    shown = review.apply(rows, ledger.decisions())
    clusters = events.cluster([entry.row for entry in shown if entry.counts], heads, ledger.overrides())
    ledger.write(meta, heads, claims, clusters)
    summary.posts = len(heads)
    summary.claims = len(rows)
    summary.events = len(clusters)
    summary.sentences = sum(head.sentences for head in heads)
    summary.twins = sum(1 for head in heads if head.twin)
    for head in heads:
        if head.unread:
            summary.unread[head.unread] = summary.unread.get(head.unread, 0) + 1


def _with_answers(kept: list[Made], ledger: Ledger) -> list[Made]:
    """The posts with what a language model found in them, where one was asked."""
    by_post: dict[str, list[asked.Kept]] = {}
    for answer in asked.kept_answers(ledger):
        by_post.setdefault(answer.post, []).append(answer)
    if not by_post:
        return kept
    out = []
    for one in kept:
        answers = by_post.get(one.head.id)
        if answers:
            rows = asked.added(msgspec.json.Decoder(Row).decode_lines(one.lines), one.head, answers)
            lines = b"".join(ENCODE(row) + b"\n" for row in rows)
            one = Made(msgspec.structs.replace(one.head, claims=len(rows), size=len(lines)), lines)
        out.append(one)
    return out


def _once(every: list[Made], summary: Summary) -> list[Made]:
    """Each post once: where two inputs hold one post, the fuller one counts (the first of equals)."""
    best: dict[str, int] = {}
    for n, one in enumerate(every):
        held = best.get(one.head.id)
        if held is None:
            best[one.head.id] = n
            continue
        summary.duplicates += 1
        if (one.head.words, one.head.claims) > (every[held].head.words, every[held].head.claims):
            best[one.head.id] = n
    chosen = set(best.values())
    return [one for n, one in enumerate(every) if n in chosen]

"""A Medium that nobody wrote: persons, a publication, thousands of posts, and what may happen to them.

The same seed and numbers make the same world. Bodies are made when they are asked for, so a hundred
thousand posts cost a second. Time stands still until something happens to the world.
"""

from __future__ import annotations

import bisect
import hashlib
import random
from dataclasses import dataclass, field
from typing import Self

from standin import text
from standin.model import Person, Post, Publication

HOUR = 3_600_000
DAY = 24 * HOUR
NOW = 1_780_000_000_000
"""28 May 2026: when the world was made, in UTC milliseconds."""
NAMES = (
    ("Mira Lund", "miralund"), ("Tomo Barić", "tomobaric"), ("Salma Haddad", "salma.haddad"), ("Lin Wen", "linwen"),
    ("Ida Okoro", "ida_okoro"), ("Piet Vos", "pietvos"), ("Noor Aziz", "noor-aziz"), ("Ana Krstić", "anakrstic"),
)  # fmt: skip


@dataclass
class World:
    """Use ``World.generate``. ``publication`` holds every listed post that is no response, by whomever; the
    first author's list has theirs. ``session`` is the value of the cookie ``sid`` that opens locked posts."""

    seed: int
    authors: list[Person]
    publication: Publication
    posts: dict[str, Post]
    """Every post, listed or not, by id."""
    text_only: bool = False
    now: int = NOW
    session: str = "1:standin-session"
    changed_pictures: dict[str, int] = field(default_factory=dict)
    """How often each picture was replaced under its name."""
    lacks: set[str] = field(default_factory=set)
    """Fields that the schema has lost."""
    ghosts: tuple[str, ...] = ()
    """Ids that only old captures know."""
    lost: set[str] = field(default_factory=set)
    """Addresses of pictures, gists, tweets and frames that are there no more."""
    _listed: list[Post] = field(default_factory=list)
    """All posts that are not deleted, newest first."""
    _lists: dict[str, list[Post]] = field(default_factory=dict)
    _numbers: dict[int, Post] = field(default_factory=dict)

    @classmethod
    def generate(
        cls,
        seed: int = 1,
        posts: int = 40,
        *,
        pictures: int | None = None,
        authors: int = 3,
        domain: str = "",
        locked: int = 25,
        responses: int = 20,
        text_only: bool = False,
        now: int = NOW,
    ) -> Self:
        """``pictures`` in all bodies together (six a post unless given); one post in ``locked`` is for members
        and one in ``responses`` more is a response by an author (0: none). ``domain`` is the publication's own."""
        people = [
            Person(_id(seed, "user", n), *NAMES[n % len(NAMES)], avatar=picture_id(f"avatar {n}"))
            for n in range(max(authors, 1) + 2)
        ]
        for number, person in enumerate(people[len(NAMES) :], len(NAMES)):
            person.username += str(number)
        home = Publication(
            _id(seed, "publication", 0), "The Quay Letter", "the-quay-letter", domain, picture_id("the quay")
        )
        world = cls(seed, people, home, {}, text_only, now)
        total = 0 if text_only else 6 * posts if pictures is None else pictures
        spread = (now - 1_460_000_000_000) // max(posts, 1)
        for number in range(posts):
            share = total // max(posts, 1) + (number < total % max(posts, 1))
            post = world._make(number, max(authors, 1), now - DAY - number * spread, share)
            post.locked = bool(locked) and number % locked == locked - 1
            world.posts[post.id] = post
        own = list(world.posts.values())
        for number in range(posts // responses if responses else 0):
            parent = own[number * responses]
            answer = world._respond(posts + number, people[0], parent)
            world.posts[answer.id] = answer
        for number, post in enumerate(own[:: max(posts // 5, 1)]):  # answers by others
            answer = world._respond(10_000_000 + number, people[-1 - number % 2], post)
            world.posts[answer.id] = answer
        if own:
            own[min(7, posts - 1)].pinned = now - 2 * DAY
        world.ghosts = tuple(_id(seed, "ghost", n) for n in range(3 if posts > 3 else 0))
        world._listed = sorted(world.posts.values(), key=lambda post: post.key)
        world._numbers = {post.number: post for post in world.posts.values()}
        return world

    def _make(self, number: int, authors: int, published: int, pictures: int) -> Post:
        identity = _id(self.seed, "post", number)
        chance = random.Random(identity)
        language = number % len(text.LANGUAGES)
        title = text.title(text.LANGUAGES[language], chance, number)
        published += number * 7919 % HOUR
        edited = number % 3 == 0
        return Post(
            id=identity,
            number=number,
            author=self.authors[0 if number % 4 else number // 4 % authors],
            publication=self.publication,
            language=language,
            title=title,
            slug=text.slug(title),
            published=published,
            latest=published + 3 * HOUR if edited else published,
            updated=published + 5 * HOUR if edited else published,
            pictures=pictures,
            kind=number % 40,
            claps=number * 37 % 900,
        )

    def _respond(self, number: int, author: Person, parent: Post) -> Post:
        answer = self._make(number, 1, min(parent.published + 2 * DAY, self.now - HOUR), 0)
        answer.author, answer.parent, answer.kind, answer.publication = author, parent, 0, None
        parent.responses += 1
        chance = random.Random(answer.id)
        answer.title = text.paragraph(text.LANGUAGES[answer.language], chance, 2)
        answer.slug = text.slug(answer.title)
        return answer

    # -- lists ----------------------------------------------------------------------------------------

    def listed(self, *, of: Person | None = None) -> list[Post]:
        """What Medium lists, newest first: of the publication, or of a person. With a person's posts and
        responses come a few of those by which others answered."""
        name = of.id if of is not None else ""
        if name not in self._lists:
            seen = (post for post in self._listed if not post.unlisted and not post.author.suspended)
            self._lists[name] = [
                post
                for post in seen
                if (post.parent is None if of is None else post.author is of or self._distributed(post, of))
            ]
        return self._lists[name]

    def _distributed(self, post: Post, of: Person) -> bool:
        return post.parent is not None and post.parent.author is of and post.number % 3 == 0

    def page(self, posts: list[Post], after: tuple[int, str] | None, limit: int) -> list[Post]:
        """``limit`` posts behind the place ``after`` (a post's ``key``) of a list."""
        start = 0 if after is None else bisect.bisect_right(posts, after, key=lambda post: post.key)
        return posts[start : start + limit]

    def by_number(self, number: int) -> Post | None:
        return self._numbers.get(number)

    def responses_to(self, post: Post) -> list[Post]:
        return [answer for answer in self._listed if answer.parent is post]

    def person(self, username: str) -> Person | None:
        return next((person for person in self.authors if person.username == username), None)

    def person_by_id(self, identity: str) -> Person | None:
        return next((person for person in self.authors if person.id == identity), None)

    def post(self, identity: str) -> Post | None:
        """A post that is there."""
        post = self.posts.get(identity)
        return None if post is None or post.deleted or post.author.suspended else post

    def url(self, post: Post, slug: str | None = None) -> str:
        """Medium's own address of a post."""
        end = post.unique_slug if slug is None else f"{slug}-{post.id}"
        if post.publication is None:
            return f"https://medium.com/@{post.author.username}/{end}"
        if post.publication.domain:
            return f"https://{post.publication.domain}/{end}"
        return f"https://medium.com/{post.publication.slug}/{end}"

    # -- what may happen ----------------------------------------------------------------------------------

    def edit(self, identity: str, *, title: str = "", words: str = "", pictures: int = 0) -> Post:
        """The author changes a sentence, or the title (its address stays), or adds pictures, and publishes
        again."""
        post = self.posts[identity]
        post.pictures += pictures
        self.now += HOUR
        post.edits += 1
        post.latest = post.updated = self.now
        post.title = title or post.title
        post.words = words
        return post

    def delete(self, identity: str) -> None:
        post = self.posts[identity]
        post.deleted = True
        self._listed.remove(post)
        self._lists.clear()

    def restore(self, identity: str) -> None:
        post = self.posts[identity]
        post.deleted = False
        bisect.insort(self._listed, post, key=lambda each: each.key)
        self._lists.clear()

    def move(self, identity: str, slug: str) -> None:
        """Another slug; the former address leads to the new one."""
        post = self.posts[identity]
        post.former_slugs = (*post.former_slugs, post.slug)
        post.slug = slug

    def lock(self, identity: str, locked: bool = True) -> None:
        self.posts[identity].locked = locked

    def unlist(self, identity: str) -> None:
        self.posts[identity].unlisted = True
        self._lists.clear()

    def publish(self, *, author: int = 0, pictures: int = 2) -> Post:
        """A new post, the newest of all."""
        self.now += HOUR
        number = 1 + max((number for number in self._numbers if number < 10_000_000), default=-1)
        post = self._make(number, 1, self.now - HOUR, 0 if self.text_only else pictures)
        post.author = self.authors[author]
        post.published = post.latest = post.updated = self.now
        self.posts[post.id] = self._numbers[number] = post
        bisect.insort(self._listed, post, key=lambda each: each.key)
        self._lists.clear()
        return post

    def change_picture(self, key: str) -> None:
        """Other bytes under the same name."""
        self.changed_pictures[key] = self.changed_pictures.get(key, 0) + 1

    def suspend(self, username: str, suspended: bool = True) -> None:
        person = self.person(username)
        assert person is not None, username
        person.suspended = suspended
        self._lists.clear()

    def move_publication(self, *, slug: str = "", domain: str = "") -> None:
        """Its former addresses lead to the new ones; lists asked by them are null."""
        home = self.publication
        home.former |= {home.slug, home.domain} - {""}
        home.slug, home.domain = slug or home.slug, domain or home.domain
        home.former -= {home.slug, home.domain}


def _id(seed: int, kind: str, number: int) -> str:
    """Twelve hex digits, a letter and a digit among them, as Medium's are."""
    digest = hashlib.blake2b(f"{seed} {kind} {number}".encode(), digest_size=5).hexdigest()
    return "1" + digest + "a"


_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def picture_id(name: str, suffix: str = ".jpeg") -> str:
    """Medium's id of a picture: a number, a star, 22 characters, mostly an end."""
    digest = hashlib.blake2b(name.encode(), digest_size=22).digest()
    return "1*" + "".join(_ALPHABET[byte % 64] for byte in digest) + suffix

"""Who and what there is in the invented Medium: persons, publications, posts. Facts only, cheap to have."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Person:
    id: str
    name: str
    username: str
    avatar: str
    suspended: bool = False


@dataclass(slots=True)
class Publication:
    id: str
    name: str
    slug: str
    domain: str
    avatar: str
    former: set[str] = field(default_factory=set)
    """Slugs and domains that it had before it moved."""


@dataclass(slots=True)
class Post:
    """``edits`` and ``moves`` count what was done to it; times are UTC milliseconds; ``pictures`` is how many
    its body has; ``kind`` chooses what else is in the body."""

    id: str
    number: int
    author: Person
    publication: Publication | None
    language: int
    title: str
    slug: str
    published: int
    latest: int
    updated: int
    pictures: int
    kind: int
    claps: int = 0
    responses: int = 0
    locked: bool = False
    unlisted: bool = False
    deleted: bool = False
    parent: Post | None = None
    pinned: int = 0
    edits: int = 0
    former_slugs: tuple[str, ...] = ()
    words: str = ""
    """A sentence that an edit put in."""

    @property
    def unique_slug(self) -> str:
        return f"{self.slug}-{self.id}" if self.slug else self.id

    @property
    def key(self) -> tuple[int, str]:
        """The order of lists: newest first."""
        return (-self.published, self.id)

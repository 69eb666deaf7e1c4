"""Enough of GraphQL to answer anyone's question about a few objects.

Objects are dicts, lists of them lists; a function as a value is called with the field's arguments. A field
that an object lacks is null: those who ask are converters with their own ideas of Medium's schema, and
null is what most of them can live with.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

_TOKEN = re.compile(
    r'[\s,\ufeff]+|#[^\n\r]*|(\.\.\.|"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|[!$&()=@\[\]{}|:]'
    r"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\w+)|(.)"
)
_MOST_DEPTH: Final = 60
_MOST_OBJECTS = 500_000
_LITERALS: Final = {"true": True, "false": False, "null": None}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class QueryError(Exception):
    """The question is not GraphQL, or asks for what cannot be answered. Its text is for who asked."""


class Variable(msgspec.Struct, frozen=True):
    name: str


class Field(msgspec.Struct, frozen=True):
    """``alias`` is the name in the answer. ``fields``: what is asked of the object, None when nothing."""

    name: str
    alias: str
    arguments: dict[str, Any]
    directives: dict[str, dict[str, Any]]
    fields: Fields | None


class Fragment(msgspec.Struct, frozen=True):
    """``on`` is a type's name, "" for any; ``spread`` the name of a fragment that stands elsewhere."""

    on: str
    spread: str
    directives: dict[str, dict[str, Any]]
    fields: Fields


Fields = tuple["Field | Fragment", ...]


class Query(msgspec.Struct, frozen=True):
    fields: Fields
    fragments: dict[str, Fragment]
    defaults: dict[str, Any]


def parse(text: str, operation: str = "") -> Query:
    """The operation of that name (or the first) in a document. Raises ``QueryError``."""
    tokens: list[str] = []
    for found in _TOKEN.finditer(text):
        if found[2]:
            raise QueryError(f"Syntax Error: Unexpected character: {found[2]!r}.")
        if found[1]:
            tokens.append(found[1])
    return _Parser(tokens).document(operation)


def answer(query: Query, root: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
    """What the query asks of ``root``."""
    chooser = _Chooser(query, {**query.defaults, **variables})
    return chooser.choose(root, query.fields, 0)


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def document(self, wanted: str) -> Query:
        operations: dict[str, tuple[Fields, dict[str, Any]]] = {}
        fragments: dict[str, Fragment] = {}
        while self._peek():
            if self._peek() == "fragment":
                self._next()
                name = self._next()
                self._next("on")
                on = self._next()
                directives = self._directives()
                fragments[name] = Fragment(on, "", directives, self._fields())
                continue
            name, defaults = "", {}
            if self._peek() in ("query", "mutation", "subscription"):
                if self._next() != "query":
                    raise QueryError("Only queries are answered.")
                name = self._next() if self._peek() not in ("(", "{", "@") else ""
                defaults = self._variables()
                self._directives()
            operations.setdefault(name, (self._fields(), defaults))
        if not operations:
            raise QueryError("Syntax Error: Unexpected <EOF>.")
        fields, defaults = operations.get(wanted) or next(iter(operations.values()))
        return Query(fields, fragments, defaults)

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self, expected: str = "") -> str:
        token = self._peek()
        if not token or (expected and token != expected):
            wanted = f"Expected {expected}, found" if expected else "Unexpected"
            raise QueryError(f"Syntax Error: {wanted} {token or '<EOF>'}.")
        self._at += 1
        return token

    def _variables(self) -> dict[str, Any]:
        """Defaults of variables; their types are passed over."""
        defaults: dict[str, Any] = {}
        if self._peek() != "(":
            return defaults
        self._next("(")
        while self._peek() != ")":
            self._next("$")
            name = self._next()
            self._next(":")
            while self._peek() in ("[", "]", "!") or re.fullmatch(r"\w+", self._peek()):
                self._next()
            if self._peek() == "=":
                self._next()
                defaults[name] = self._value()
            self._directives()
        self._next(")")
        return defaults

    def _fields(self) -> Fields:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise QueryError("The question is nested too deep.")
        self._next("{")
        found: list[Field | Fragment] = []
        while self._peek() != "}":
            found.append(self._fragment() if self._peek() == "..." else self._field())
        self._next("}")
        self._depth -= 1
        return tuple(found)

    def _fragment(self) -> Fragment:
        self._next("...")
        on = spread = ""
        if self._peek() == "on":
            self._next()
            on = self._next()
        elif self._peek() not in ("{", "@"):
            spread = self._next()
        directives = self._directives()
        return Fragment(on, spread, directives, () if spread else self._fields())

    def _field(self) -> Field:
        alias = name = self._next()
        if not re.fullmatch(r"\w+", name):
            raise QueryError(f"Syntax Error: Expected Name, found {name}.")
        if self._peek() == ":":
            self._next()
            name = self._next()
        arguments = self._arguments()
        directives = self._directives()
        return Field(name, alias, arguments, directives, self._fields() if self._peek() == "{" else None)

    def _arguments(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self._peek() == "(":
            self._next("(")
            while self._peek() != ")":
                name = self._next()
                self._next(":")
                found[name] = self._value()
            self._next(")")
        return found

    def _directives(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        while self._peek() == "@":
            self._next()
            name = self._next()
            found[name] = self._arguments()
        return found

    def _value(self) -> Any:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise QueryError("The question is nested too deep.")
        try:
            return self._inner_value()
        finally:
            self._depth -= 1

    def _inner_value(self) -> Any:
        word = self._next()
        if word == "$":
            return Variable(self._next())
        if word == "[":
            items = []
            while self._peek() != "]":
                items.append(self._value())
            self._next("]")
            return items
        if word == "{":
            fields: dict[str, Any] = {}
            while self._peek() != "}":
                name = self._next()
                self._next(":")
                fields[name] = self._value()
            self._next("}")
            return fields
        if word.startswith('"""'):
            return word[3:-3].replace('\\"""', '"""')
        if word.startswith('"'):
            return _ESCAPE.sub(_unescaped, word[1:-1])
        if word in _LITERALS:
            return _LITERALS[word]
        return _number(word)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _ESCAPES.get(found[2], found[2])


def _number(token: str) -> Any:
    """A number, or the name of an enum's value."""
    try:
        return int(token)
    except ValueError:
        pass
    try:
        return float(token)
    except ValueError:
        return token


class _Chooser:
    def __init__(self, query: Query, variables: dict[str, Any]) -> None:
        self._query = query
        self._variables = variables
        self._left = _MOST_OBJECTS

    def choose(self, value: dict[str, Any], fields: Fields, depth: int) -> dict[str, Any]:
        """``fields`` of an object. Fragments may name each other, in a circle too: there is an end to it."""
        self._left -= 1
        if depth > _MOST_DEPTH or self._left < 0:
            raise QueryError("The question asks for too much.")
        chosen: dict[str, Any] = {}
        for field in fields:
            if not self._included(field.directives):
                continue
            if isinstance(field, Fragment):
                _merge(chosen, self._fragment(value, field, depth))
                continue
            found = value.get(field.name)
            if callable(found):
                given = {name: self._given(argument) for name, argument in field.arguments.items()}
                found = found(**given)
            _merge(chosen, {field.alias: self._inside(found, field.fields, depth)})
        return chosen

    def _inside(self, value: Any, fields: Fields | None, depth: int) -> Any:
        if isinstance(value, list):
            return [self._inside(item, fields, depth) for item in value]
        if not isinstance(value, dict):
            return value
        if fields is None:
            raise QueryError(f'Field of type "{value.get("__typename")}" must have a selection of subfields.')
        return self.choose(value, fields, depth + 1)

    def _fragment(self, value: dict[str, Any], fragment: Fragment, depth: int) -> dict[str, Any]:
        if fragment.spread:
            named = self._query.fragments.get(fragment.spread)
            if named is None:
                raise QueryError(f'Unknown fragment "{fragment.spread}".')
            return self._fragment(value, named, depth + 1)
        kind = value.get("__typename", "")
        if fragment.on in _CONCRETE and kind and fragment.on != kind:
            return {}
        return self.choose(value, fragment.fields, depth + 1)

    def _included(self, directives: dict[str, dict[str, Any]]) -> bool:
        skip = self._given(directives.get("skip", {}).get("if", False))
        return not skip and self._given(directives.get("include", {}).get("if", True)) is not False

    def _given(self, value: Any) -> Any:
        if isinstance(value, Variable):
            return self._variables.get(value.name)
        if isinstance(value, list):
            return [self._given(item) for item in value]
        if isinstance(value, dict):
            return {name: self._given(item) for name, item in value.items()}
        return value


_CONCRETE: Final = frozenset({"Post", "User", "Collection", "MediaResource", "Catalog", "Paragraph", "Tag", "ImageMetadata", "SuspendedUser", "UserDoesNotExist", "Query"})  # fmt: skip
"""Types that an object is or is not; every other name after ``on`` is taken for an interface or union."""


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    """The same field may be asked for in several fragments, each with fields of its own."""
    for name, value in more.items():
        before = into.get(name)
        if isinstance(before, dict) and isinstance(value, dict):
            _merge(before, value)
        elif isinstance(before, list) and isinstance(value, list) and len(before) == len(value):
            for old, new in zip(before, value, strict=True):
                if isinstance(old, dict) and isinstance(new, dict):
                    _merge(old, new)
        else:
            into[name] = value

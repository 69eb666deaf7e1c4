"""Enough of GraphQL to answer what was asked and nothing else: fields, arguments, aliases, fragments.

An object to choose from is a dict. A value may be a function: it is called with the field's arguments.
Fields that a dict lacks are errors, as in a schema.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

Json = Any

_TOKEN = re.compile(r'[\s,]+|#[^\n]*|(\.\.\.|[!$():=@\[\]{}|]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|\w+)')


class QueryError(Exception):
    """The query is none, or asks for what the schema lacks."""


@dataclass(frozen=True)
class Field:
    name: str
    alias: str
    arguments: tuple[tuple[str, Any], ...]
    fields: tuple[Any, ...]


@dataclass(frozen=True)
class Fragment:
    on: str
    fields: tuple[Any, ...]


@dataclass(frozen=True)
class Variable:
    name: str


@functools.lru_cache(maxsize=256)
def parse(text: str) -> tuple[Any, ...]:
    """The fields of the only operation in ``text``."""
    tokens = [found[1] for found in _TOKEN.finditer(text) if found[1]]
    if "".join(text.split()) == "" or not tokens:
        raise QueryError("Syntax Error: Unexpected <EOF>.")
    return _Parser(tokens).operation()


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def next(self, expected: str = "") -> str:
        if self.at >= len(self.tokens):
            raise QueryError("Syntax Error: Unexpected <EOF>.")
        token = self.tokens[self.at]
        if expected and token != expected:
            raise QueryError(f'Syntax Error: Expected "{expected}", found "{token}".')
        self.at += 1
        return token

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def operation(self) -> tuple[Any, ...]:
        if self.peek() == "query":
            self.next()
            if self.peek() not in ("(", "{"):
                self.next()
            if self.peek() == "(":
                while self.next() != ")":
                    pass
        fields = self.fields()
        if self.peek():
            raise QueryError(f'Syntax Error: Unexpected "{self.peek()}".')
        return fields

    def fields(self) -> tuple[Any, ...]:
        self.next("{")
        found: list[Any] = []
        while self.peek() != "}":
            found.append(self.field())
        self.next("}")
        if not found:
            raise QueryError("Syntax Error: Expected Name, found }.")
        return tuple(found)

    def field(self) -> Field | Fragment:
        if self.peek() == "...":
            self.next()
            self.next("on")
            return Fragment(self.next(), self.fields())
        alias = name = self.next()
        if self.peek() == ":":
            self.next()
            name = self.next()
        arguments: list[tuple[str, Any]] = []
        if self.peek() == "(":
            self.next()
            while self.peek() != ")":
                key = self.next()
                self.next(":")
                arguments.append((key, self.value()))
            self.next(")")
        inner = self.fields() if self.peek() == "{" else ()
        return Field(name, alias, tuple(arguments), inner)

    def value(self) -> Any:
        token = self.next()
        if token == "$":
            return Variable(self.next())
        if token == "{":
            pairs: list[tuple[str, Any]] = []
            while self.peek() != "}":
                key = self.next()
                self.next(":")
                pairs.append((key, self.value()))
            self.next("}")
            return tuple(pairs)
        if token.startswith('"'):
            return token[1:-1]
        return {"true": True, "false": False, "null": None}.get(token, token)


def check(fields: tuple[Any, ...], lacks: set[str]) -> list[str]:
    """Errors for fields that the schema has lost."""
    errors: list[str] = []
    for field in fields:
        if isinstance(field, Field) and field.name in lacks:
            errors.append(f'Cannot query field "{field.name}" on type "Post".')
        errors += check(field.fields, lacks)
    return errors


def choose(value: Json, fields: tuple[Any, ...], variables: dict[str, Any]) -> Json:
    """What ``fields`` ask of ``value``."""
    if isinstance(value, list):
        return [choose(item, fields, variables) for item in value]
    if not isinstance(value, dict):
        if fields and value is not None:
            raise QueryError("Field must not have a selection since it has no subfields.")
        return value
    if not fields:
        raise QueryError(f'Field of type "{value.get("__typename")}" must have a selection of subfields.')
    chosen: dict[str, Json] = {}
    for field in fields:
        if isinstance(field, Fragment):
            if field.on in (value.get("__typename"), "Publisher"):
                chosen |= choose(value, field.fields, variables)
            continue
        if field.name not in value:
            kind = value.get("__typename", "Query")
            raise QueryError(f'Cannot query field "{field.name}" on type "{kind}".')
        found = value[field.name]
        if callable(found):
            found = found(**{key: _given(given, variables) for key, given in field.arguments})
        chosen[field.alias] = choose(found, field.fields, variables)
    return chosen


def _given(value: Any, variables: dict[str, Any]) -> Any:
    if isinstance(value, Variable):
        return variables.get(value.name)
    if isinstance(value, tuple):
        return {key: _given(item, variables) for key, item in value}
    return value

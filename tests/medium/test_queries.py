"""Our GraphQL: what it asks is what the model carries, and what Medium lost is left out."""

from __future__ import annotations

import json

import pytest

from fonds.medium import queries
from fonds.medium.graphql import ADDRESS, Schema, request, split
from fonds.medium.queries import Operation
from fonds.sources.records import ParagraphNode, PostNode
from standin import World, answers, query

OPERATIONS = [
    queries.post("1c77ce714985"),
    queries.stamps("1c77ce714985"),
    queries.author_posts("miralund", "", "", 25),
    queries.publication_posts("the-quay-letter", "", "", 100),
    queries.responses("1c77ce714985", "", 25),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_every_query_is_graphql(operation: Operation) -> None:
    fields = query.parse(operation.text())
    assert fields
    assert operation.text().count("{") == operation.text().count("}")
    used = {name for name in operation.variables if f"${name}" in operation.text().partition(") {")[2]}
    assert used == set(operation.variables)


def _names(fields: tuple[object, ...]) -> set[str]:
    found: set[str] = set()
    for field in fields:
        if isinstance(field, query.Field):
            found.add(field.name)
        if isinstance(field, (query.Field, query.Fragment)):
            found |= _names(field.fields)
    return found


def test_a_post_is_asked_for_all_that_the_reader_reads() -> None:
    asked = _names(query.parse(queries.post("1c77ce714985").text()))
    # Under another name in GraphQL, or of pages only.
    elsewhere = {
        "content", "extendedPreviewContent", "isLockedPreviewOnly", "inResponseToPost", "responsesCount",
        "ref", "generated", "kind", "__ref",
    }  # fmt: skip
    for record in (PostNode, ParagraphNode):
        for name in record.__struct_encode_fields__:
            assert name in asked | elsewhere, name


def test_stamps_ask_for_no_body() -> None:
    assert not {"bodyModel", "paragraphs"} & _names(query.parse(queries.stamps("1c77ce714985").text()))


def test_a_request_is_a_list_of_operations() -> None:
    asked = request(OPERATIONS[:2])
    assert (asked.url, asked.method) == (ADDRESS, "POST")
    body = json.loads(asked.body)
    assert [each["operationName"] for each in body] == ["FondsPost", "FondsEdition"]
    assert body[0]["variables"] == {"id": "1c77ce714985"}


def test_fields_are_left_out_wherever_they_stand() -> None:
    operation = queries.post("1c77ce714985")
    text = operation.text(frozenset({"alt", "tags", "displayTitle", "subtitle", "id"} - {"id"}))
    names = _names(query.parse(text))
    assert not names & {"alt", "tags", "displayTitle", "subtitle"}
    assert "previewContent" not in names  # all that was asked of it is gone
    assert {"paragraphs", "metadata"} <= names


def test_what_is_needed_is_never_left_out() -> None:
    said = [
        'Cannot query field "paragraphs" on type "RichText".',
        "Cannot query field 'alt' on type 'ImageMetadata'.",
    ]
    assert queries.unknown_fields(said[1:]) == {"alt"}
    assert queries.unknown_fields(said) == frozenset()
    assert queries.unknown_fields(["Something else"]) == frozenset()


def test_a_schema_is_learnt_once() -> None:
    world = World.generate(1, 3)
    world.lacks = {"alt", "tags"}
    schema = Schema()
    operation = queries.post(world.listed()[0].id)

    def told() -> bytes:
        body = json.loads(request([operation], schema.without).body)
        found = [answers.answer(world, each, reader=False, short=False) for each in body]
        return json.dumps(found).encode()

    from fonds.medium.graphql import Answers
    from fonds.net.messages import Request, Response

    def answered() -> Answers:
        return Answers(Response(Request(ADDRESS), ADDRESS, 200), split(told()))

    assert schema.learn(answered())
    assert schema.without == {"alt", "tags"}
    assert not schema.learn(answered())
    assert answered().parts[0].errors == ()


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        (b'[{"data":{"post":null}},{"errors":[{"message":"a"},{"message":"b"}]}]', [(), ("a", "b")]),
        (b'{"errors":[{"message":"a"}]}', [("a",)]),
        (b'[{"errors":"odd"}]', [("odd",)]),
        (b'[{"errors":[null,{"message":5}]}]', [("an error", "an error")]),
        (b"[]", []),
        (b"[1]", []),
        (b'[{"data":', []),
        (b"<html>", []),
        (b"", []),
    ],
)
def test_an_answer_is_split_into_those_of_its_operations(body: bytes, parts: list[tuple[str, ...]]) -> None:
    assert [part.errors for part in split(body)] == parts


def test_each_part_keeps_its_bytes() -> None:
    body = '[ {"data":{"post":{"id":"a","title":"é\\u00e9"}}} , {"data":null}]'.encode()
    assert [part.data for part in split(body)] == [
        '{"data":{"post":{"id":"a","title":"é\\u00e9"}}}'.encode(),
        b'{"data":null}',
    ]

"""JSON bytes to typed records: fast where Medium's schema holds, lenient where it does not.

``msgspec`` reads what it can straight into Structs and skips the rest. A value of another type than
expected (a number where text should be, an object where a list should be) makes the whole text be read
again without types, and each field takes what it can use. What JSON forbids but JavaScript and Python
write (NaN, raw control characters, halves of surrogate pairs) is repaired.
"""

from __future__ import annotations

import functools
import json
import math
import re
import types
import typing
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import msgspec

from fonds.errors import UnreadableError
from fonds.model import Note

T = TypeVar("T")

_ANY = msgspec.json.Decoder(Any)

# Escapes that name no character of a text file: NUL (group 2) and surrogates without their other half.
# Every backslash of a JSON text stands in a string, so reading escape by escape from the left is exact.
_ESCAPES = re.compile(
    rb"\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(u0000|u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.S,
)
_TOO_DEEP = "is nested more deeply than any answer of Medium's"


def decode(
    data: bytes, decoder: msgspec.json.Decoder[T], origin: str = "", start: int = 0
) -> tuple[T, tuple[Note, ...]]:
    """The value of ``decoder``'s type in ``data`` (JSON in UTF-8), and W109 when it was repaired.

    ``start`` is where ``data`` begins in the file ``origin``: errors count from the file's first byte.
    Raises ``UnreadableError`` naming the byte for what is no JSON, not even a repaired one.
    """
    notes: tuple[Note, ...] = ()
    if b"\\u0000" in data:
        data, notes = _replace_lost(data)
    try:
        return decoder.decode(data), notes
    except msgspec.ValidationError:
        return _untyped(data, decoder, origin, start), notes
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _repair(data, decoder, origin, start)
    except RecursionError:
        raise UnreadableError(_TOO_DEEP, origin=origin, where=_at(start)) from None


def decode_part(part: msgspec.Raw, decoder: msgspec.json.Decoder[T], origin: str = "") -> T | None:
    """Like ``decode`` for a part of a text that was read already, so that its JSON is known to be sound.
    None for a value of quite another type, and for strings that are no UTF-8."""
    try:
        return decoder.decode(part)
    except msgspec.ValidationError:
        try:
            return lenient(_ANY.decode(part), decoder.type)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    except RecursionError:
        raise UnreadableError(_TOO_DEEP, origin=origin) from None


def _at(offset: int) -> str:
    return f"byte {offset}"


def _replace_lost(data: bytes) -> tuple[bytes, tuple[Note, ...]]:
    """``data`` with U+FFFD for each escape that no file can carry, and a note that says how many."""
    count = 0

    def sound(match: re.Match[bytes]) -> bytes:
        nonlocal count
        if not match[2]:
            return match[0]
        count += 1
        return b"\\ufffd"

    repaired = _ESCAPES.sub(sound, data)
    if not count:
        return data, ()
    return repaired, (Note("W109", f"{count} characters that no file can carry became U+FFFD"),)


def _repair(
    data: bytes, decoder: msgspec.json.Decoder[T], origin: str, start: int
) -> tuple[T, tuple[Note, ...]]:
    """What the standard library accepts and msgspec does not, as plain JSON once more."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as broken:
        raise UnreadableError(
            "is not UTF-8", origin=origin, where=_at(start + broken.start), remedy="Save it as UTF-8."
        ) from None
    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            strict=False,
            parse_constant=_nothing,
            parse_float=_finite,
            parse_int=_whole,
        )
        plain, notes = _replace_lost(json.dumps(value, allow_nan=False).encode())
    except RecursionError:
        raise UnreadableError(_TOO_DEEP, origin=origin, where=_at(start)) from None
    except json.JSONDecodeError as broken:
        _refuse(text, broken, origin, start)
    try:
        return decoder.decode(plain), notes
    except msgspec.ValidationError:
        return _untyped(plain, decoder, origin, start), notes


def _nothing(_name: str) -> None:
    return None


def _whole(digits: str) -> int | float | None:
    return int(digits) if len(digits) < 20 else _finite(digits)


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _refuse(text: str, broken: json.JSONDecodeError, origin: str, start: int) -> NoReturn:
    if broken.pos >= len(text.rstrip()) or broken.msg.startswith("Unterminated"):
        reason, offset = "ends in the middle of its JSON", len(text.encode())
    else:
        reason = f"is no JSON: {broken.msg[:1].lower()}{broken.msg[1:]}"
        offset = len(text[: broken.pos].encode())
    raise UnreadableError(reason, origin=origin, where=_at(start + offset)) from None


def _untyped(data: bytes, decoder: msgspec.json.Decoder[T], origin: str, start: int) -> T:
    try:
        value = _ANY.decode(data)
    except RecursionError:
        raise UnreadableError(_TOO_DEEP, origin=origin, where=_at(start)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):  # beyond what the typed reading looked at
        plain, _ = _repair(data, _ANY, origin, start)
        value = plain
    kind: Any = decoder.type
    result: T = _reader(kind)(value)
    if result is None:
        raise UnreadableError(
            f"holds {_NAMES.get(type(value), 'something')} where an answer of Medium's should be",
            origin=origin, where=_at(start),
        )  # fmt: skip
    return result


_NAMES = {list: "a list", dict: "an object", str: "a text", int: "a number", float: "a number", bool: "a truth value", type(None): "nothing"}  # fmt: skip


def lenient(value: object, kind: type[T]) -> T | None:
    """``value`` (as ``json.loads`` gives it) as far as it fits ``kind``, a Struct; None when not at all.

    Numbers become text and texts numbers where the other is asked for; what fits in no way is left out.
    """
    made: Any = kind  # mypy takes type[T] for unhashable
    result: T | None = _reader(made)(value)
    return result


@functools.lru_cache(maxsize=256)
def _reader(kind: Any) -> Callable[[object], Any]:
    """A function that makes a ``kind`` of anything, or None. Its depth is that of the type, never that
    of the input."""
    if kind is Any or kind is object:
        return lambda value: value
    if kind in _SCALARS:
        return _SCALARS[kind]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct_reader(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _union_reader(tuple(part for part in arguments if part is not type(None)))
    read = _reader(arguments[-1])
    if origin is list:
        return lambda value: [read(item) for item in value] if isinstance(value, list) else None
    return lambda value: {key: read(item) for key, item in value.items()} if isinstance(value, dict) else None


def _union_reader(parts: tuple[Any, ...]) -> Callable[[object], Any]:
    if len(parts) == 1:
        return _reader(parts[0])

    def read(value: object) -> Any:
        for part in parts:
            if type(value) is part:
                return value
        return next((made for part in parts if (made := _reader(part)(value)) is not None), None)

    return read


def _struct_reader(kind: type[msgspec.Struct]) -> Callable[[object], Any]:
    fields = [(field.encode_name, field.name, _reader(field.type)) for field in msgspec.structs.fields(kind)]

    def read(value: object) -> Any:
        if not isinstance(value, dict):
            return None
        given = {
            name: made
            for key, name, make in fields
            if key in value and (made := make(value[key])) is not None
        }
        return kind(**given)

    return read


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _as_float(value: object) -> float | None:
    try:
        number = float(value) if isinstance(value, (int, float, str)) else math.nan
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _as_int(value: object) -> int | None:
    if isinstance(value, int):
        return int(value)
    number = _as_float(value)
    return None if number is None else int(number)


def _as_bool(value: object) -> bool | None:
    return bool(value) if isinstance(value, (bool, int, float)) else None


def _as_raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


_SCALARS: dict[Any, Callable[[object], Any]] = {
    str: _as_text, int: _as_int, float: _as_float, bool: _as_bool, msgspec.Raw: _as_raw,
}  # fmt: skip

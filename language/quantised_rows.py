"""Rewrites the graph of an ONNX model so that a table of quantised rows stays quantised.

The packaged model makes floats of its whole table of words, 47 MB, and takes a few rows of it for each text. Here the
rows are taken first: the same numbers, to the bit, and 35 MB less. Written against the wire format of protocol buffers
(https://protobuf.dev/programming-guides/encoding/) and onnx.proto, since the package `onnx` is 20 MB for three nodes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

_GRAPH, _NODE, _INITIALIZER = 7, 1, 5  # fields of ModelProto and GraphProto
_TENSOR_NAME, _RAW_DATA = 8, 9  # of TensorProto
_INPUT, _OUTPUT = 1, 2  # of NodeProto
_LENGTH_DELIMITED = 2
_FIXED = {1: 8, 5: 4}  # bytes by wire type


def rows_first(model: bytes, table: str) -> bytes:
    """The model with Gather, Cast, Mul in the place of Cast, Mul, Gather over `table`, `table`_q and `table`_scale.

    Raises ValueError where the three nodes are not there as expected.
    """
    fields = list(_fields(model))
    at = next((at for at, (number, _raw, _body) in enumerate(fields) if number == _GRAPH), None)
    if at is None:
        raise ValueError("The model has no graph.")
    graph = _rewritten(fields[at][2], table)
    return b"".join(_field(_GRAPH, graph) if here == at else raw for here, (_n, raw, _body) in enumerate(fields))


@dataclass(frozen=True, slots=True)
class TensorPlace:
    """Where the numbers of a tensor stand in a file, in bytes."""

    offset: int
    size: int


def tensors(model: bytes, names: Collection[str]) -> dict[str, TensorPlace]:
    """Where the tensors of these names are stored, as far as the model has them."""
    found = {}
    for graph_at, graph in _placed(model, _GRAPH):
        for tensor_at, tensor in _placed(graph, _INITIALIZER):
            name = next((body.decode() for _at, body in _placed(tensor, _TENSOR_NAME)), "")
            if name in names:
                (at, raw), *_more = _placed(tensor, _RAW_DATA)
                found[name] = TensorPlace(graph_at + tensor_at + at, len(raw))
    return found


def _placed(message: bytes, wanted: int) -> Iterator[tuple[int, bytes]]:
    """The content of the fields with a number, and where it begins."""
    at = 0
    for number, raw, body in _fields(message):
        at += len(raw)
        if number == wanted:
            yield at - len(body), body


def _rewritten(graph: bytes, table: str) -> bytes:
    quantised, scale, floats, whole = f"{table}_q", f"{table}_scale", f"{table}_f", table
    parts: list[bytes] = []
    nodes: dict[str, bytes] = {}
    place = -1
    for number, raw, body in _fields(graph):
        names = _names(body, _INPUT) if number == _NODE else []
        if names == [quantised]:
            nodes["cast"] = body
        elif names == [floats, scale]:
            nodes["mul"] = body
        elif names[:1] == [whole]:
            nodes["gather"] = body
            place = len(parts)
        else:
            if whole in names or floats in names:
                raise ValueError(f"{table} is used elsewhere, too.")
            parts.append(raw)
    if set(nodes) != {"cast", "mul", "gather"}:
        raise ValueError(f"{table} is not looked up as expected.")
    ids, out = _names(nodes["gather"], _INPUT)[1], _names(nodes["gather"], _OUTPUT)[0]
    rows_q, rows_scale, rows_f = f"{quantised}_rows", f"{scale}_rows", f"{floats}_rows"
    made = [
        _renamed(nodes["gather"], [quantised, ids], rows_q),
        _renamed(nodes["gather"], [scale, ids], rows_scale),
        _renamed(nodes["cast"], [rows_q], rows_f),
        _renamed(nodes["mul"], [rows_f, rows_scale], out),
    ]
    parts[place:place] = [_field(_NODE, node) for node in made]
    return b"".join(parts)


def _renamed(node: bytes, inputs: list[str], output: str) -> bytes:
    """The same operation with its attributes, between other values; without a name, which has to be its own."""
    kept = b"".join(raw for number, raw, _body in _fields(node) if number not in {_INPUT, _OUTPUT, 3})
    return b"".join(_field(_INPUT, name.encode()) for name in inputs) + _field(_OUTPUT, output.encode()) + kept


def _names(node: bytes, wanted: int) -> list[str]:
    return [body.decode() for number, _raw, body in _fields(node) if number == wanted]


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, whole encoding and content of each field; the content is empty but for those with a length."""
    at = 0
    while at < len(message):
        begun = at
        key, at = _varint(message, at)
        kind, body = key & 7, b""
        if kind == _LENGTH_DELIMITED:
            size, at = _varint(message, at)
            body = message[at : at + size]
            at += size
        elif kind == 0:
            _, at = _varint(message, at)
        elif kind in _FIXED:
            at += _FIXED[kind]
        else:
            raise ValueError("This is no protocol buffer.")
        yield key >> 3, message[begun:at], body


def _field(number: int, body: bytes) -> bytes:
    return _encoded(number << 3 | _LENGTH_DELIMITED) + _encoded(len(body)) + body


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _encoded(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])

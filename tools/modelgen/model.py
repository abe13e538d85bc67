"""Reads models/<service>.json, refuses what the generated code could not hold, and names things as C++ does."""

import json
import re
from pathlib import Path

SCALARS = {
    "string": "std::string",
    "blob": "std::string",
    "integer": "std::int32_t",
    "long": "std::int64_t",
    "double": "double",
    "boolean": "bool",
    "timestamp": "WallTime",
}
PROTOCOLS = {
    "json-1.0": "kJson10",
    "json-1.1": "kJson11",
    "cbor-1.1": "kCbor11",
    "rpc-v2-cbor": "kRpcV2Cbor",
    "query": "kQuery",
    "rest-json": "kRestJson",
    "rest-xml": "kRestXml",
}
LOCATIONS = {
    "uri": "kUri", "querystring": "kQueryString", "header": "kHeader", "headers": "kHeaders", "status_code": "kStatusCode"}
KEYS = {
    "service", "protocols", "target_prefix", "signing_name", "api_version", "xml_namespace", "error_namespace",
    "error_detail", "validation", "errors", "shapes", "operations", "absent_operations",
}
SHAPE_KEYS = {
    "string": {"enum", "pattern", "min", "max"},
    "blob": {"min", "max", "shared"},
    "integer": {"min", "max"},
    "long": {"min", "max"},
    "double": {"min", "max"},
    "boolean": set(),
    "timestamp": set(),
    "list": {"member", "min", "max", "flattened", "xml_item"},
    "map": {"key", "value", "min", "max", "flattened", "xml_key", "xml_value"},
    "structure": {"members", "payload", "xml_root", "xml_prefix"},
}
MEMBER_KEYS = {"shape", "required", "location", "location_name", "xml_name", "xml_attribute"}
KEYWORDS = set(
    "alignas and asm auto bool break case catch char class const continue default delete do double else enum explicit "
    "export extern false float for friend goto if inline int long namespace new not operator or private protected "
    "public register return short signed sizeof static struct switch template this throw true try typedef typename "
    "union unsigned using virtual void volatile while xor".split()
)


class ModelError(Exception):
    """What is wrong with a model, in words for its author."""


def snake_case(name):
    """StreamARN -> stream_arn, MaxRecordSizeInKiB -> max_record_size_in_kib, MD5OfBody -> md5_of_body."""
    name = name.replace("KiB", "Kib").replace("MiB", "Mib").replace("ARNs", "Arns").replace("IPv", "Ipv")
    name = name.replace("-", "_").replace(".", "_")
    name = re.sub(r"([A-Z]+[0-9]*)([A-Z][a-z])", r"\1_\2", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    name = re.sub(r"^([A-Z]+)_([0-9])", r"\1\2", name).lower()
    return name + "_" if name in KEYWORDS else name


def re2_expression(pattern):
    """AWS's patterns are Java's: \\u0020 is RE2's \\x{20}."""
    return re.sub(r"\\u(10FFFF|10000|[0-9A-Fa-f]{4})", r"\\x{\1}", pattern)


class Model:
    """A checked model. Shapes come in an order in which each stands behind what it uses."""

    def __init__(self, raw):
        self.raw = raw
        self.service = raw["service"]
        self.shapes = raw.get("shapes", {})
        self.operations = raw.get("operations", {})
        self.errors = raw.get("errors", {})
        self._check_top()
        for name, shape in self.shapes.items():
            self._check_shape(name, shape)
        for name, operation in self.operations.items():
            self._check_operation(name, operation)
        self.order = self._sorted_shapes()

    def _check_top(self):
        self._only(self.raw, KEYS, "the model")
        for protocol in self.raw["protocols"]:
            if protocol not in PROTOCOLS:
                raise ModelError(f"unknown protocol {protocol}")

    def _only(self, table, allowed, where):
        for key in table:
            if key not in allowed:
                raise ModelError(f"{where}: unknown key '{key}'")

    def _check_shape(self, name, shape):
        kind = shape.get("type")
        if kind not in SHAPE_KEYS:
            raise ModelError(f"shape {name}: unknown type '{kind}'")
        self._only(shape, SHAPE_KEYS[kind] | {"type"}, f"shape {name}")
        for member, reference in shape.get("members", {}).items():
            self._only(reference, MEMBER_KEYS, f"{name}.{member}")
            if reference.get("location") not in LOCATIONS | {None: None}:
                raise ModelError(f"{name}.{member}: unknown location")
        for used in self.uses(shape):
            if used not in self.shapes:
                raise ModelError(f"shape {name}: there is no shape '{used}'")
        if shape.get("payload", None) not in {None, *shape.get("members", {})}:
            raise ModelError(f"shape {name}: the payload is no member")
        if kind == "structure" and name in self.operations:
            raise ModelError(f"structure {name} has the name of an operation")

    def _check_operation(self, name, operation):
        self._only(operation, {"input", "output", "errors", "events", "http"}, f"operation {name}")
        for side in ("input", "output"):
            used = operation.get(side)
            if used is not None and self.shapes.get(used, {}).get("type") != "structure":
                raise ModelError(f"operation {name}: {side} '{used}' is no structure")
        if "input" in operation and self._shares(operation["input"]):
            raise ModelError(f"operation {name}: only answers may share bytes")
        for event, used in operation.get("events", {}).items():
            if self.shapes.get(used, {}).get("type") != "structure":
                raise ModelError(f"operation {name}: event {event} '{used}' is no structure")
        for error in operation.get("errors", []):
            if error not in self.errors:
                raise ModelError(f"operation {name}: there is no error '{error}'")
        if {"rest-json", "rest-xml"} & set(self.raw["protocols"]) and "http" not in operation:
            raise ModelError(f"operation {name}: 'http' is missing")

    def uses(self, shape):
        """Names of the shapes that this one refers to."""
        members = [reference["shape"] for reference in shape.get("members", {}).values()]
        return members + [shape[side] for side in ("member", "key", "value") if side in shape]

    def _shares(self, name, seen=()):
        shape = self.shapes[name]
        inside = [used for used in self.uses(shape) if used not in (*seen, name)]
        return bool(shape.get("shared")) or any(self._shares(used, (*seen, name)) for used in inside)

    def _sorted_shapes(self):
        order, open_shapes = [], []

        def visit(name):
            if name in order:
                return
            if name in open_shapes:
                raise ModelError(f"shape {name} contains itself")
            open_shapes.append(name)
            for used in self.uses(self.shapes[name]):
                visit(used)
            open_shapes.pop()
            order.append(name)

        for name in self.shapes:
            visit(name)
        return order

    def cpp_type(self, name):
        """The C++ type of a shape's values."""
        shape = self.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            return name
        if kind == "list":
            return f"std::vector<{self.cpp_type(shape['member'])}>"
        if kind == "map":
            return f"std::map<std::string, {self.cpp_type(shape['value'])}>"
        return "SharedBytes" if shape.get("shared") else SCALARS[kind]


def load(path):
    """The checked model in a file. Raises ModelError."""
    try:
        raw = json.loads(Path(path).read_text(encoding="utf-8"))
        return Model(raw)
    except json.JSONDecodeError as error:
        raise ModelError(f"not JSON: {error}") from error
    except KeyError as error:
        raise ModelError(f"missing key {error}") from error

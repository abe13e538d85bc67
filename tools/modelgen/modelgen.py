#!/usr/bin/env python3
"""Writes the C++ types and descriptor tables of a service's model.

usage: modelgen.py MODEL.json OUTPUT_DIRECTORY      writes api/<service>.h and api/<service>.cc below the directory

The format of a model is described in models/README.md, what the tables mean in src/aws/model/shape.h. Files are only
touched when their content changes.
"""

import os
import sys
from pathlib import Path

from model import LOCATIONS, PROTOCOLS, ModelError, load, re2_expression, snake_case


def literal(text):
    """The text as a C++ string literal."""
    out = []
    for char in text:
        if char in '"\\':
            out.append("\\" + char)
        elif " " <= char <= "~":
            out.append(char)
        else:
            out.extend(f"\\{byte:03o}" for byte in char.encode())
    return '"' + "".join(out) + '"'


def designated(fields):
    """{.a = 1, .b = 2} of the fields that are set."""
    return "{" + ", ".join(f".{name} = {value}" for name, value in fields if value is not None) + "}"


# The header


def default_value(model, name):
    return {"integer": " = 0", "long": " = 0", "double": " = 0", "boolean": " = false", "timestamp": "{}"}.get(
        model.shapes[name]["type"], ""
    )


def structure_declaration(model, name):
    lines = [f"struct {name} {{"]
    for member, reference in model.shapes[name].get("members", {}).items():
        cpp_type = model.cpp_type(reference["shape"])
        if reference.get("required"):
            lines.append(f"    {cpp_type} {snake_case(member)}{default_value(model, reference['shape'])};")
        else:
            lines.append(f"    std::optional<{cpp_type}> {snake_case(member)} = {{}};")
    lines.append(f"    friend bool operator==(const {name}&, const {name}&) = default;")
    lines.append("};\n")
    return lines


def operation_declaration(name, operation):
    return [
        f"struct {name} {{",
        f"    using Input = {operation.get('input') or 'aws::Nothing'};",
        f"    using Output = {operation.get('output') or 'aws::Nothing'};",
        "    static const aws::OperationModel& model();",
        "};\n",
    ]


def header(model):
    lines = [
        f"// Written by tools/modelgen from models/{model.service}.json; changes belong there.",
        "#pragma once\n",
        "#include <cstdint>",
        "#include <map>",
        "#include <optional>",
        "#include <string>",
        "#include <vector>\n",
        '#include "aws/error.h"',
        '#include "aws/model/nothing.h"',
        '#include "aws/model/service_model.h"',
        '#include "base/shared_bytes.h"',
        '#include "base/time.h"\n',
        f"namespace millrace::api::{model.service} {{\n",
    ]
    for name in model.order:
        if model.shapes[name]["type"] == "structure":
            lines += structure_declaration(model, name)
    for name, operation in model.operations.items():
        lines += operation_declaration(name, operation)
    for error in model.errors:
        lines.append(f"[[nodiscard]] aws::ServiceError {snake_case(error)}(std::string message);")
    lines.append("\n[[nodiscard]] const aws::ServiceModel& service_model();\n")
    lines.append(f"}}  // namespace millrace::api::{model.service}\n")
    return "\n".join(lines)


# The tables


def constraint_tables(name, shape):
    lines = []
    if "enum" in shape:
        values = ", ".join(literal(value) for value in shape["enum"])
        lines.append(f"constexpr std::string_view k{name}Values[] = {{{values}}};")
    if "pattern" in shape:
        pattern = shape["pattern"]
        lines.append(f"constinit const aws::Pattern k{name}Pattern{{{literal(pattern)}, {literal(re2_expression(pattern))}}};")
    return lines


def constraints(name, shape):
    fields = [
        ("min", shape.get("min")),
        ("max", shape.get("max")),
        ("pattern", f"&k{name}Pattern" if "pattern" in shape else None),
        ("values", f"k{name}Values" if "enum" in shape else None),
    ]
    return designated(fields) if any(value is not None for _, value in fields) else None


def member_entry(model, owner, member, reference):
    target = model.shapes[reference["shape"]]
    location = reference.get("location")
    xml_name = reference.get("xml_name") or (target.get("flattened") and target.get("xml_item")) or member
    access = f"aws::MemberAccess<&{owner}::{snake_case(member)}>"
    return designated([
        ("name", literal(member)),
        ("shape", f"&k{reference['shape']}Shape"),
        ("required", "true" if reference.get("required") else None),
        ("location", f"aws::Location::{LOCATIONS[location]}" if location else None),
        ("location_name", literal(reference.get("location_name", member)) if location else None),
        ("xml_name", literal(xml_name)),
        ("xml_attribute", "true" if reference.get("xml_attribute") else None),
        ("get", f"{access}::get"),
        ("make", f"{access}::make"),
    ])


def member_table(model, name):
    members = model.shapes[name].get("members", {})
    if not members:
        return []
    lines = [f"constexpr aws::Member k{name}Members[] = {{"]
    lines += [f"    {member_entry(model, name, member, reference)}," for member, reference in members.items()]
    return lines + ["};"]


def shape_entry(model, name):
    shape = model.shapes[name]
    kind = shape["type"]
    fields = [
        ("name", literal(name)),
        ("kind", f"aws::Kind::k{kind.capitalize()}"),
        ("constraints", constraints(name, shape)),
    ]
    if kind == "blob":
        fields.append(("shared", "true" if shape.get("shared") else None))
    if kind == "structure":
        members = list(shape.get("members", {}))
        payload = shape.get("payload")
        fields += [
            ("members", f"k{name}Members" if members else None),
            ("payload", f"&k{name}Members[{members.index(payload)}]" if payload else None),
            ("structure", f"&aws::kStructureAccess<{name}>"),
            ("xml_root", literal(shape["xml_root"]) if "xml_root" in shape else None),
        ]
        prefix = shape.get("xml_prefix", {})
        fields += [
            ("xml_prefix", literal(prefix["prefix"]) if prefix else None),
            ("xml_prefix_uri", literal(prefix["uri"]) if prefix else None),
        ]
    if kind == "list":
        fields += [
            ("element", f"&k{shape['member']}Shape"),
            ("list", f"&aws::kListAccess<{model.cpp_type(shape['member'])}>"),
        ]
    if kind == "map":
        fields += [
            ("element", f"&k{shape['value']}Shape"),
            ("map", f"&aws::kMapAccess<{model.cpp_type(shape['value'])}>"),
            ("key", f"&k{shape['key']}Shape"),
        ]
    fields.append(("flattened", "true" if shape.get("flattened") else None))
    fields += [(field, literal(shape[field]) if field in shape else None) for field in ("xml_item", "xml_key", "xml_value")]
    return f"constexpr aws::Shape k{name}Shape{designated(fields)};"


def http_binding(http):
    if not http:
        return None
    fields = [("method", literal(http["method"])), ("path", literal(http["path"])), ("status", http.get("status"))]
    return designated(fields)


def operation_table(model):
    lines = []
    for name, operation in model.operations.items():
        sides = [f"&k{operation[side]}Shape" if operation.get(side) else "nullptr" for side in ("input", "output")]
        fields = [
            ("name", literal(name)),
            ("service", "&kService"),
            ("input", sides[0]),
            ("output", sides[1]),
            ("http", http_binding(operation.get("http"))),
            ("events", f"k{name}Events" if operation.get("events") else None),
        ]
        if operation.get("events"):
            events = ", ".join(f"{{{literal(event)}, &k{used}Shape}}" for event, used in operation["events"].items())
            lines.append(f"constexpr aws::EventModel k{name}Events[] = {{{events}}};")
        lines.append(f"constexpr aws::OperationModel k{name}Operation{designated(fields)};")
    if model.operations:
        names = ", ".join(f"&k{name}Operation" for name in model.operations)
        lines.append(f"constexpr const aws::OperationModel* kOperations[] = {{{names}}};")
    return lines


def operation_accessors(model):
    return [
        f"const aws::OperationModel& {name}::model() {{ return k{name}Operation; }}" for name in model.operations
    ]


def error_tables(model):
    lines = []
    for name, error in model.errors.items():
        status = error.get("status", 400)
        fault = error.get("fault", status >= 500)
        fields = [
            ("code", literal(name)),
            ("status", status),
            ("query_code", literal(error["query_code"]) if "query_code" in error else None),
            ("message_member", literal(error["message_member"]) if "message_member" in error else None),
            ("sender_fault", "false" if fault else "true"),
        ]
        lines.append(f"constexpr aws::ErrorModel k{name}Error{designated(fields)};")
    if model.errors:
        names = ", ".join(f"k{name}Error" for name in model.errors)
        lines.append(f"constexpr aws::ErrorModel kErrors[] = {{{names}}};")
    return lines


def error_constructors(model):
    return [
        f"aws::ServiceError {snake_case(name)}(std::string message) {{ return aws::make_error(k{name}Error, std::move(message)); }}\n"
        for name in model.errors
    ]


def absent_table(model):
    absent = model.raw.get("absent_operations", {})
    if not absent:
        return []
    lines = ["constexpr aws::AbsentOperation kAbsent[] = {"]
    for name, http in absent.items():
        lines.append(f"    {designated([('name', literal(name)), ('http', http_binding(http))])},")
    return lines + ["};"]


def service_table(model):
    raw = model.raw
    validation = raw.get("validation", {})
    style = validation.get("style")
    protocols = ", ".join(f"aws::Protocol::{PROTOCOLS[protocol]}" for protocol in raw["protocols"])

    def text(table, key):
        return literal(table[key]) if key in table else None

    fields = [
        ("name", literal(model.service)),
        ("protocols", "kProtocols"),
        ("target_prefix", text(raw, "target_prefix")),
        ("signing_name", text(raw, "signing_name")),
        ("api_version", text(raw, "api_version")),
        ("xml_namespace", text(raw, "xml_namespace")),
        ("error_namespace", text(raw, "error_namespace")),
        ("error_detail", "true" if raw.get("error_detail") else None),
        ("validation", f"aws::ValidationStyle::k{style.capitalize()}" if style else None),
        ("validation_code", text(validation, "code")),
        ("validation_query_code", text(validation, "query_code")),
        ("operations", "kOperations" if model.operations else None),
        ("absent", "kAbsent" if raw.get("absent_operations") else None),
        ("errors", "kErrors" if model.errors else None),
    ]
    return [
        f"constexpr aws::Protocol kProtocols[] = {{{protocols}}};",
        f"const aws::ServiceModel kService{designated(fields)};",
    ]


def source(model):
    lines = [
        f"// Written by tools/modelgen from models/{model.service}.json; changes belong there.",
        f'#include "api/{model.service}.h"\n',
        "#include <utility>\n",
        '#include "aws/model/access.h"',
        '#include "aws/model/pattern.h"\n',
        f"namespace millrace::api::{model.service} {{\n",
        "namespace {\n",
        "extern const aws::ServiceModel kService;\n",
    ]
    for name in model.order:
        lines += constraint_tables(name, model.shapes[name])
        lines += member_table(model, name)
        lines.append(shape_entry(model, name))
    lines += error_tables(model) + absent_table(model) + operation_table(model) + service_table(model)
    lines.append("\n}  // namespace\n")
    lines.append("const aws::ServiceModel& service_model() { return kService; }\n")
    lines += operation_accessors(model) + error_constructors(model)
    lines.append(f"}}  // namespace millrace::api::{model.service}\n")
    return "\n".join(lines)


def write_if_changed(path, text):
    """Whole or not at all, so that two builds may run beside each other."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    path, out = Path(arguments[0]), Path(arguments[1])
    try:
        model = load(path)
    except (ModelError, OSError) as error:
        sys.exit(f"{path}: {error}")
    write_if_changed(out / "api" / f"{model.service}.h", header(model))
    write_if_changed(out / "api" / f"{model.service}.cc", source(model))


if __name__ == "__main__":
    main(sys.argv[1:])

"""Runs the scenarios beside this file (README.md describes them)."""

import functools
import json
import pathlib
import re
import time
import uuid

import botocore.exceptions
import pytest
import yaml

FOLDER = pathlib.Path(__file__).parent
FILES = sorted(FOLDER.glob("*/*.yaml"))
ROOT = FOLDER.parent.parent
MODELS = ROOT / "models"


@functools.cache
def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def substitute(value, kept):
    """$name anywhere in a text; a text that is nothing but $name becomes the kept value itself."""
    if isinstance(value, dict):
        return {substitute(key, kept): substitute(item, kept) for key, item in value.items()}
    if isinstance(value, list):
        return [substitute(item, kept) for item in value]
    if not isinstance(value, str):
        return value
    if value.startswith("$") and value[1:] in kept:
        return kept[value[1:]]
    return re.sub(r"\$(\w+)", lambda found: str(kept.get(found[1], found[0])), value)


def plain(value):
    """Answers as data: bytes as text, streams read, dates as they are."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.read().decode("utf-8", "replace") if hasattr(value, "read") else value


def matches(expected, found):
    """Whether `found` holds at least what is expected."""
    if expected == "$any":
        return found is not None
    if isinstance(expected, dict) and set(expected) == {"$length"}:
        return len(found or []) == expected["$length"]
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(key in found and matches(item, found[key]) for key, item in expected.items())
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(matches, expected, found))
    if isinstance(expected, str) and len(expected) > 2 and expected[0] == expected[-1] == "/":
        return re.search(expected[1:-1], str(found)) is not None
    return expected == found


def pick(answer, path):
    for part in path.split("."):
        answer = answer[int(part)] if part.isdigit() else answer[part]
    return answer


def perform(step, clients, kept):
    """None when the step holds, else what is wrong."""
    service, operation = step["call"].split(".")
    arguments = substitute(step.get("with", {}), kept)
    try:
        # The generic call takes AWS's own operation names, and sends what we say even where the SDK would refuse it.
        answer = plain(clients(service)._make_api_call(operation, arguments))
    except botocore.exceptions.ClientError as error:
        if "fails" not in step:
            return str(error)
        expected = substitute(step["fails"], kept)
        found = {"status": error.response["ResponseMetadata"]["HTTPStatusCode"], "code": error.response["Error"]["Code"],
                 "message": error.response["Error"].get("Message", "")}
        return None if matches(expected, found) else f"expected {expected}, failed with {found}"
    if "fails" in step:
        return f"expected {step['fails']}, answered {answer}"
    expected = substitute(step.get("gives", {}), kept)
    if not matches(expected, answer):
        return f"expected {json.dumps(expected, default=str)}, answered {json.dumps(answer, default=str)}"
    for name in step.get("lacks", []):
        if name in answer:
            return f"{name} is there: {answer}"
    for name, path in step.get("keep", {}).items():
        kept[name] = pick(answer, path)
    return None


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(FOLDER).with_suffix("")) for path in FILES])
def test_scenario(path, client):
    kept = {
        "name": f"{path.stem}-{uuid.uuid4().hex[:8]}".replace("_", "-"),
        "uuid": str(uuid.uuid4()),
        "account": "000000000000",
        "region": "us-east-1",
        "root": str(ROOT),
        "now": int(time.time() * 1000),
    }
    clients = functools.cache(lambda service: client(service, parameter_validation=False))
    for number, step in enumerate(load(path), 1):
        deadline = time.monotonic() + step.get("within", 0)
        wrong = perform(step, clients, kept)
        while wrong and time.monotonic() < deadline:
            time.sleep(0.05)
            wrong = perform(step, clients, kept)
        assert not wrong, f"step {number}, {step['call']}: {wrong}"


def test_every_operation_has_a_scenario():
    shown = {step["call"] for path in FILES for step in load(path)}
    offered = set()
    for path in MODELS.glob("*.json"):
        model = json.loads(path.read_text())
        offered |= {f"{model['service']}.{operation}" for operation in model["operations"]}
    missing = sorted(offered - shown)
    assert not missing, f"no scenario shows {', '.join(missing)}"

"""Rules of the house that a program can check: sizes, READMEs, layering by floors, work left open. Exits 1 with a line a finding."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINES_MAX = 500
OPEN_WORK = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)

FLOORS = [
    ["base"],
    ["codec"],
    ["files", "net"],
    ["storage", "http"],
    ["aws", "api"],
    ["ports"],
    ["services/kinesis", "services/sqs", "services/lambda", "services/cloudformation", "services/logs", "services/iam",
     "services/s3", "services/ssm", "services/sts", "services/ecr", "services/metrics"],
    ["cli"],
    ["app"],
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# The API's tables are made from aws/ and belong to its floor; the tests of aws/ try it on real ones.
SAME_FLOOR_ALLOWED = {("api", "aws")}
IN_TESTS_ALLOWED = {("aws", "api")}


def room_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "services" else parts[0]


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns], cwd=ROOT, check=True,
                            capture_output=True, text=True)
    return [line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def check_layers(path, text):
    if not path.startswith("src/"):
        return
    room = room_of(path.removeprefix("src/"))
    if room not in FLOOR:
        yield f"{path}: the room {room} stands on no floor (tools/check_structure.py)"
        return
    for include in INCLUDE.findall(text):
        other = room_of(include)
        if other == room or (room, other) in SAME_FLOOR_ALLOWED:
            continue
        if path.endswith("_test.cc") and (room, other) in IN_TESTS_ALLOWED:
            continue
        if other not in FLOOR:
            yield f"{path}: include \"{include}\" is not written from src/"
        elif FLOOR[other] >= FLOOR[room]:
            yield f"{path}: {room} may not include {other}: rooms include only lower floors"


def check_source(path, text):
    lines = text.count("\n")
    if lines > LINES_MAX:
        yield f"{path}: {lines} lines; one concept a file, at most {LINES_MAX}"
    for number, line in enumerate(text.splitlines(), 1):
        if OPEN_WORK.search(line):
            yield f"{path}:{number}: work left open"


def check_rooms():
    for room in FLOOR:
        if room != "api" and not (ROOT / "src" / room / "README.md").is_file():
            yield f"src/{room}: no README.md"


def main():
    findings = list(check_rooms())
    for path in tracked("*.cc", "*.h", "*.py", "*.sh", "*.cmake"):
        if path == "tools/check_structure.py":
            continue
        text = (ROOT / path).read_text(encoding="utf-8")
        findings += check_source(path, text)
        if path.endswith((".cc", ".h")):
            findings += check_layers(path, text)
    print("\n".join(findings), file=sys.stderr, end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

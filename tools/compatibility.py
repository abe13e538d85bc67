"""Writes the operation tables of docs/compatibility.md between its markers, from models/*.json and the names of the operations that AWS has
(docs/aws-operations.json). --check exits 1 when the page is not up to date; --learn BOTOCORE_DATA renews docs/aws-operations.json."""

import argparse
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "compatibility.md"
KNOWN = ROOT / "docs" / "aws-operations.json"
SERVICES = ["kinesis", "lambda", "sqs", "cloudformation", "logs", "iam", "sts", "ssm", "ecr", "cloudwatch", "s3"]


def model_operations(service):
    return set(json.loads((ROOT / "models" / f"{service}.json").read_text())["operations"])


def table(service, known):
    there = model_operations(service)
    missing = [name for name in known if name not in there]
    lines = [f"There ({len(there)}): " + ", ".join(f"`{name}`" for name in sorted(there)) + "."]
    if missing and len(missing) <= 100:
        lines += ["", f"Not offered ({len(missing)}): " + ", ".join(missing) + "."]
    elif missing:
        lines += ["", f"Not offered: the other {len(missing)} operations."]
    return "\n".join(lines)


def fill(text, known):
    for service in SERVICES:
        begin, end = f"<!-- operations: {service} -->", "<!-- end -->"
        head, _, rest = text.partition(begin)
        if not rest:
            sys.exit(f"{PAGE.name} has no marker for {service}")
        text = head + begin + "\n" + table(service, known[service]) + "\n" + end + rest.partition(end)[2]
    return text


def learn(botocore_data):
    known = {}
    for service in SERVICES:
        newest = sorted((pathlib.Path(botocore_data) / service).iterdir())[-1]
        packed = newest / "service-2.json.gz"
        if packed.exists():
            import gzip

            model = json.loads(gzip.decompress(packed.read_bytes()))
        else:
            model = json.loads((newest / "service-2.json").read_text())
        known[service] = sorted(model["operations"])
    KNOWN.write_text(json.dumps(known, indent=1) + "\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--learn", metavar="BOTOCORE_DATA")
    options = arguments.parse_args()
    if options.learn:
        learn(options.learn)
    old = PAGE.read_text(encoding="utf-8")
    new = fill(old, json.loads(KNOWN.read_text()))
    if options.check:
        if old != new:
            sys.exit("docs/compatibility.md is not up to date: python3 tools/compatibility.py")
    else:
        PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Tells where our models differ from AWS's published ones.

usage: check_model.py [--botocore DIR] [MODEL.json...]      default: the installed botocore, all of models/

Differences are for people to judge (a service may know better than its model); what breaks clients ends with status 1:
an operation that AWS does not have, another type, another place on the wire. Without a botocore, or with one that is
too old to compare with, it says so and ends with status 77, which the test runner counts as skipped.
"""

import argparse
import contextlib
import importlib.metadata
import importlib.util
import io
import json
import sys
from pathlib import Path

from import_model import Importer, published_model

MODELS = Path(__file__).resolve().parents[2] / "models"
SKIPPED = 77
OLDEST = (1, 43)
# What a client's requests and answers depend on.
WIRE_KEYS = (
    "type", "member", "key", "value", "flattened", "xml_item", "xml_key", "xml_value", "payload", "location",
    "location_name", "xml_name", "input", "output", "http", "query_code", "protocols", "target_prefix", "api_version",
    "xml_namespace",
)


def installed_data():
    """The data folder of the installed botocore."""
    spec = importlib.util.find_spec("botocore")
    if spec is None or spec.origin is None:
        skip("no botocore is installed")
    version = importlib.metadata.version("botocore")
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        skip(f"botocore {version} is too old to compare with")
    return Path(spec.origin).parent / "data"


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def published_facts(data, model):
    """The published model of the same operations in our format."""
    published = published_model(data, model["service"])
    known = [name for name in model["operations"] if name in published["operations"]]
    with contextlib.redirect_stderr(io.StringIO()):
        return Importer(published, model["service"]).run(known)


def compare(ours, theirs, path, report):
    """Walks both; report(path, ours, theirs) for each difference, None for what is not there."""
    if not (isinstance(ours, dict) and isinstance(theirs, dict)):
        if ours != theirs:
            report(path, ours, theirs)
        return
    for key in {**ours, **theirs}:
        compare(ours.get(key), theirs.get(key), [*path, key], report)


class Report:
    def __init__(self, model, theirs):
        self.model = model
        self.theirs = theirs
        self.broken = []
        self.notes = []

    def __call__(self, path, ours, theirs):
        text = f"{self.model['service']}: {'.'.join(path)}: here {json.dumps(ours)}, AWS {json.dumps(theirs)}"
        table, key = path[0], path[-1]
        extra = theirs is None and table == "operations" and len(path) == 2
        changed = key in WIRE_KEYS and ours is not None and theirs is not None
        (self.broken if extra or changed else self.notes).append(text)

    def run(self):
        ours = self.model
        for table in ("protocols", "target_prefix", "api_version", "xml_namespace"):
            compare(ours.get(table), self.theirs.get(table), [table], self)
        for table in ("operations", "shapes"):
            compare(ours[table], self.theirs[table], [table], self)
        # Errors that AWS has without naming them at these operations are no difference.
        for name, error in ours["errors"].items():
            if name in self.theirs["errors"]:
                compare(error, self.theirs["errors"][name], ["errors", name], self)
        return self


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--botocore", type=Path, help="botocore's data folder")
    parser.add_argument("--quiet", action="store_true", help="only what breaks clients")
    parser.add_argument("models", nargs="*", type=Path)
    options = parser.parse_args()
    data = options.botocore or installed_data()
    broken = 0
    for path in options.models or sorted(MODELS.glob("*.json")):
        model = json.loads(path.read_text(encoding="utf-8"))
        report = Report(model, published_facts(data, model)).run()
        broken += len(report.broken)
        for text in report.broken:
            print(f"BREAKS {text}")
        for text in [] if options.quiet else report.notes:
            print(f"differs {text}")
    print(f"{broken} differences that break clients")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()

"""The neighbours as data: one file each in catalogue/ (README.md has the fields)."""

import json
import os
import pathlib
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = pathlib.Path(__file__).resolve().parent / "catalogue"
HOMES = ROOT / "build" / "neighbours"
MILLRACE = pathlib.Path(os.environ.get("MILLRACE_BINARY", ROOT / "build" / "millrace"))
# Millrace first; then those that speak Kinesis, those that speak SQS alone, and the yardsticks.
ORDER = ["millrace", "kinesis-mock", "kinesalite", "ferrokinesis", "ministack", "moto", "localstack", "fakecloud", "gopherstack",
         "elasticmq", "goaws", "fauxqs", "kafka", "nats"]


@dataclass
class Neighbour:
    name: str
    version: str
    registry: str
    start: list
    ready: str
    keeps: str
    offers: list
    packages: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    before: list = field(default_factory=list)
    lacks: dict = field(default_factory=dict)
    note: str = ""
    ready_seconds: int = 60
    slow_build: bool = False
    python: str = "3"
    key: str = ""

    @property
    def home(self):
        return HOMES / self.key

    def speaks(self, what):
        return what in self.offers


def neighbours(names=None):
    """In ORDER; all, or those named."""
    unknown = set(names or []) - set(ORDER)
    if unknown:
        raise SystemExit(f"no such neighbour: {', '.join(sorted(unknown))}; there are {', '.join(ORDER)}")
    return [Neighbour(key=name, **json.loads((FOLDER / f"{name}.json").read_text())) for name in ORDER if not names or name in names]

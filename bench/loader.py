"""Runs the load generator (load/README.md) and reads its figures."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("MILLRACE_LOAD", ROOT / "build" / "release" / "bench" / "load" / "millrace_load"))
QUERY_LOADS = ROOT / "bench" / "load" / "loads_query.json"
SOME_FAILED = 3  # its exit status


class LoadError(Exception):
    """The load could not be run, or nothing of it succeeded."""


def _call(before, command, load, settings, options):
    line = [BINARY, *before, command, load]
    for key, value in settings.items():
        line += ["--set", f"{key}={value}"]
    for key, value in options.items():
        line += [f"--{key}"] if value is True else [f"--{key}", str(value)]
    done = subprocess.run([str(part) for part in line], capture_output=True, text=True)
    if done.returncode not in (0, SOME_FAILED):
        raise LoadError(done.stderr.strip() or f"{load}: status {done.returncode}")
    return json.loads(done.stdout)


def run(load, port, settings, query=False, **options):
    """The report of one run. `options` are those of its command line: seconds, rate, connections, http2, sign, lone=True..."""
    before = ["--loads", QUERY_LOADS] if query else []
    report = _call(before, "run", load, settings, {"port": port, **options})
    if not report["requests"]:
        raise LoadError("; ".join(report["problems"]) or f"no answer within {report['seconds']:.0f} s")
    return report


def limits(load, settings, seconds=1):
    """How fast the bodies of a load are made and signed, copied and read as JSON."""
    return _call([], "limits", load, settings, {"seconds": seconds})

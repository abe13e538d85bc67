"""Installs a neighbour, pinned, below build/neighbours/, with the ordinary client of its registry. What cannot be had says why."""

import os
import pathlib
import shutil
import subprocess
import sys

SECONDS_MAX = {"npm": 1200, "PyPI": 900, "Maven": 600, "Go": 1800, "Cargo": 3600}
POM = """<project><modelVersion>4.0.0</modelVersion><groupId>millrace</groupId><artifactId>neighbour</artifactId><version>1</version>
<dependencies>{}</dependencies></project>
"""
DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"


class Unavailable(Exception):
    """It cannot be installed or started here; the text is the reason."""


def _run(command, registry, **environment):
    try:
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=SECONDS_MAX[registry], env={**os.environ, **environment})
    except FileNotFoundError:
        raise Unavailable(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise Unavailable(f"its installation took more than {SECONDS_MAX[registry]} s") from None
    if done.returncode != 0:
        raise Unavailable(f"{registry} does not serve it or it does not build: {_why(done.stdout)}")


def _why(output):
    """The first line that says so, without what names a host."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    told = next((line for line in lines if "error" in line.lower() or "not found" in line.lower() or "not available" in line.lower()
                 or "forbidden" in line.lower()), lines[-1] if lines else "no output")
    return " ".join(word for word in told.split() if "://" not in word)[:160]


def _npm(neighbour):
    _run(["npm", "install", "--prefix", neighbour.home, "--no-audit", "--no-fund", *neighbour.packages], "npm")


def _pythons(name):
    """Of the system, of PATH, and what pyenv keeps: the stand-in that it puts on PATH runs the chosen version only."""
    yield from filter(None, [shutil.which(name, path="/usr/bin"), shutil.which(name)])
    yield from sorted(pathlib.Path.home().glob(f".pyenv/versions/*/bin/{name}"))


def _runs(python):
    return subprocess.run([python, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def _pypi(neighbour):
    python = next(filter(_runs, _pythons(f"python{neighbour.python}")), None)
    if python is None:
        raise Unavailable(f"needs Python {neighbour.python}, which is not installed here")
    _run([python, "-m", "venv", neighbour.home], "PyPI")
    _run([neighbour.home / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *neighbour.packages], "PyPI")


def _maven(neighbour):
    pom = neighbour.home / "pom.xml"
    pom.write_text(POM.format("".join(DEPENDENCY.format(*package.split(":")) for package in neighbour.packages)))
    _run(["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={neighbour.home / 'lib'}"], "Maven")


def _go(neighbour):
    for package in neighbour.packages:
        _run(["nice", "-n", "15", "go", "install", "-p", "1", package], "Go", GOBIN=str(neighbour.home / "bin"))


def _cargo(neighbour):
    for package in neighbour.packages:
        name, _, version = package.partition("@")
        _run(["nice", "-n", "15", "cargo", "install", "--quiet", "-j", "1", "--locked", "--root", neighbour.home, "--version", version, name],
             "Cargo")


WAYS = {"npm": _npm, "PyPI": _pypi, "Maven": _maven, "Go": _go, "Cargo": _cargo}


def install(neighbour, slow_builds=False):
    """At once when it is there already in this version. Raises Unavailable."""
    if neighbour.registry not in WAYS:
        return
    stamp = pathlib.Path(neighbour.home / ".installed")
    wanted = "\n".join(neighbour.packages)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    if neighbour.slow_build and not slow_builds:
        raise Unavailable("its build takes more than ten minutes: --slow-builds")
    print(f"installing {neighbour.name} {neighbour.version} ({neighbour.registry})", file=sys.stderr, flush=True)
    shutil.rmtree(neighbour.home, ignore_errors=True)
    neighbour.home.mkdir(parents=True)
    WAYS[neighbour.registry](neighbour)
    stamp.write_text(wanted)

"""Runs clang-tidy over the sources of a build folder, many in one go. Exits 1 when it finds something.

    tools/tidy.py build/dev [--jobs N] [--base COMMIT] [PATH...]

clang-tidy looks through every header again for every file, which takes far longer than the file. Files with the same flags are
therefore read as one: a bundle, a file that includes them. Those whose names collide go to different bundles.

--base: only sources changed since the branch left COMMIT, or whose own header was. PATH: only sources below these.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUNDLES = ROOT / "build" / "tidy"
# Longer bundles save more but leave the last core alone at the end.
FILES_MAX = 40
ERROR = re.compile(r"^(/[^:\n]+):\d+:\d+: (?:fatal )?error:", re.M)
# What only a bundle has.
BUNDLE_FLAGS = ["-Wno-unused-function", "-Wno-unneeded-internal-declaration"]


def compile_commands(build):
    """(folder, flags) -> the sources compiled so."""
    groups = collections.defaultdict(list)
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"])
        if source.suffix == ".cc" and source.is_relative_to(ROOT) and not source.is_relative_to(ROOT / "build"):
            words = shlex.split(entry["command"])
            compiler = next(n for n, word in enumerate(words) if "clang++" in word)
            groups[entry["directory"], tuple(words[compiler:words.index("-o")])].append(source)
    return groups


def changed_since(base):
    listed = subprocess.run(["git", "diff", "--name-only", "--merge-base", base], cwd=ROOT, check=True, capture_output=True, text=True)
    return {(ROOT / name).with_suffix("") for name in listed.stdout.split()}


def that_fit_together(number, directory, flags, sources):
    """Writes a bundle; returns it and the sources that could not be in it."""
    left_out = []
    bundle = BUNDLES / f"UnifiedSource-{number}.cc"  # clang's analyzer knows bundles by this name
    while True:
        together = [source for source in sources if source not in left_out]
        bundle.write_text("".join(f'#include "{source}"\n' for source in together))
        tried = subprocess.run([*flags, *BUNDLE_FLAGS, "-fsyntax-only", "-ferror-limit=0", bundle], cwd=directory, capture_output=True,
                               text=True)
        colliding = {pathlib.Path(name) for name in ERROR.findall(tried.stderr)} & set(together[1:])
        if tried.returncode == 0 or not colliding:
            return bundle, left_out
        left_out += [source for source in together if source in colliding]


def tidy(number, directory, flags, sources):
    """What clang-tidy says of the sources, and of how many bundles."""
    findings, rest = [], sources
    for attempt in range(len(sources)):
        bundle, rest = that_fit_together(f"{number}-{attempt}", directory, flags, rest)
        ran = subprocess.run(["clang-tidy-19", "--quiet", bundle, "--", *flags[1:], *BUNDLE_FLAGS], cwd=directory, capture_output=True,
                             text=True)
        if ran.stdout.strip() or ran.returncode != 0:
            findings.append(ran.stdout or ran.stderr)
        if not rest:
            break
    return findings, attempt + 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--base")
    parser.add_argument("paths", nargs="*", type=pathlib.Path)
    arguments = parser.parse_intermixed_args()

    wanted = changed_since(arguments.base) if arguments.base else None
    below = [path.resolve() for path in arguments.paths] or [ROOT]
    BUNDLES.mkdir(parents=True, exist_ok=True)
    started, failed = time.monotonic(), False
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        running = {}
        for (directory, flags), group in compile_commands(arguments.build).items():
            sources = [source for source in group if any(source.is_relative_to(path) for path in below)
                       and (wanted is None or source.with_suffix("") in wanted)]
            for first in range(0, len(sources), FILES_MAX):
                part = sources[first:first + FILES_MAX]
                running[pool.submit(tidy, len(running), directory, flags, part)] = part
        for done in concurrent.futures.as_completed(running):
            part = running[done]
            findings, bundles = done.result()
            failed |= bool(findings)
            for text in findings:
                print(text)
            print(f"{part[0].parent.relative_to(ROOT)}: {len(part)} files in {bundles} bundles, {time.monotonic() - started:.0f} s",
                  file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Prints the whole sdk as one header, for projects that would rather copy one file:

    sdk/amalgamate.py >millrace_sdk.h
"""

import pathlib
import re

HEADERS = pathlib.Path(__file__).resolve().parent / "include" / "millrace"
OWN = re.compile(r'#include "millrace/(\w+\.h)"\n')
SYSTEM = re.compile(r"#include <[^>]+>\n")


def in_order(name, seen):
    """The header's files, those that it includes first."""
    if name in seen:
        return
    text = (HEADERS / name).read_text()
    for included in OWN.findall(text):
        yield from in_order(included, seen)
    if name not in seen:
        seen.add(name)
        yield text


def main():
    seen = set()
    texts = [text for path in sorted(HEADERS.glob("*.h")) for text in in_order(path.name, seen)]
    includes = sorted({include for text in texts for include in SYSTEM.findall(text)})
    print("// Millrace's sdk for Lambda functions in C++, Apache-2.0; made by sdk/amalgamate.py. Needs libcurl and nlohmann/json.\n#pragma once\n")
    print("".join(includes))
    for text in texts:
        body = SYSTEM.sub("", OWN.sub("", text)).replace("#pragma once\n", "")
        print(re.sub(r"\n{3,}", "\n\n", body).strip() + "\n")


main()

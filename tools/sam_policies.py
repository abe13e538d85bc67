#!/usr/bin/env python3
"""Writes SAM's policy templates, as AWS's own translator has them, into src/services/cloudformation/sam/policy_templates.cc.

usage: sam_policies.py TEMPLATES

TEMPLATES is samtranslator/policy_templates_data/policy_templates.json of the package aws-sam-translator.
"""

import json
import re
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/services/cloudformation/sam/policy_templates.cc"
WIDTH = 126

HEAD = """#include "services/cloudformation/sam/policy_templates.h"

#include <algorithm>

namespace millrace::cloudformation::sam {

namespace {

// Written by tools/sam_policies.py; sorted by name.
// clang-format off
constexpr PolicyTemplate kTemplates[] = {
"""

TAIL = """};
// clang-format on

}  // namespace

const PolicyTemplate* find_policy_template(std::string_view name) {
    const auto* found = std::ranges::lower_bound(kTemplates, name, {}, &PolicyTemplate::name);
    return found == std::end(kTemplates) || found->name != name ? nullptr : found;
}

}  // namespace millrace::cloudformation::sam
"""


def lines(text):
    """The JSON text in lines that break between its tokens."""
    line = ""
    for token in re.findall(r'"[^"]*"[,:\]}]*|[^"]+', text):
        if line and len(line) + len(token) > WIDTH:
            yield line
            line = ""
        line += token
    yield line


def main():
    templates = json.loads(Path(sys.argv[1]).read_text())["Templates"]
    entries = []
    for name, template in sorted(templates.items()):
        document = "\n     ".join(lines(json.dumps(template["Definition"], separators=(",", ":"))))
        entries.append(f'    {{"{name}", "{" ".join(template["Parameters"])}",\n     R"({document})"}},\n')
    TARGET.write_text(HEAD + "".join(entries) + TAIL)


if __name__ == "__main__":
    main()

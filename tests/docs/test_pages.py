"""The pages keep up with the repository: tables, links, make targets, decisions."""

import re
import subprocess
import sys

import pytest

from support.server import ROOT

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)<>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
CODE_BLOCK = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"`[^`\n]*`")
EXTERNAL = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
MAKE_CALL = re.compile(r"\bmake ([a-z][a-z-]*)")

PAGES = sorted(
    ROOT / name
    for name in subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    if (ROOT / name).exists()
)
DECISIONS = ROOT / "docs" / "decisions"


def name_of(path):
    return str(path.relative_to(ROOT))


def make_targets():
    rules = re.findall(r"^([a-z][a-z -]*):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return {target for rule in rules for target in rule.split()}


def make_calls(text):
    """Commands only: in a code block at the begin of a line, in a span of code as the first word."""
    code = [line.strip() for block in CODE_BLOCK.findall(text) for line in block.splitlines()]
    code += [span.strip("`") for span in CODE_SPAN.findall(CODE_BLOCK.sub("", text))]
    return [call.group(1) for line in code if (call := MAKE_CALL.match(line))]


def test_operation_tables_are_up_to_date():
    done = subprocess.run([sys.executable, ROOT / "tools" / "compatibility.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    text = CODE_SPAN.sub("", CODE_BLOCK.sub("", page.read_text(encoding="utf-8")))
    targets = [target.partition("#")[0] for target in LINK.findall(text) if not EXTERNAL.match(target)]
    dead = [target for target in targets if target and not (page.parent / target).exists()]
    assert not dead, f"{name_of(page)} links to {dead}"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_make_targets_exist(page):
    calls = make_calls((ROOT / page).read_text(encoding="utf-8"))
    assert calls, f"{page} names no make target, or this test does not see them"
    assert not set(calls) - make_targets()


def test_every_decision_is_listed():
    listed = re.findall(r"^\| \[\d{4}\]\(([^)]+)\) \|", (DECISIONS / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))


@pytest.mark.parametrize("record", sorted(DECISIONS.glob("[0-9]*.md")), ids=name_of)
def test_a_decision_says_what_else_there_was(record):
    text = record.read_text(encoding="utf-8")
    missing = [part for part in ("Context", "Decision", "Alternatives", "Drawbacks") if f"## {part}" not in text and f"**{part}" not in text]
    assert not missing, f"{name_of(record)} lacks {missing}"

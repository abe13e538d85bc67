"""The page on archive files suffices to read one: its program reads the file that it explains."""

import re
import subprocess
import sys

from support.server import ROOT

FORMATS = ROOT / "docs" / "formats"
GOLDEN = ROOT / "src" / "storage" / "archive" / "testdata" / "00000000000000000007.archive"
MILL = "mill " * 12


def test_the_program_reads_the_example():
    done = subprocess.run([sys.executable, FORMATS / "read_archive.py", GOLDEN], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "1 0 1700000000000 b'hello'",
        "1 1 1700000000005 b''",
        "1 5 1700000000400 b'behind a gap'",
        f"2 10 1700000000001 b'{MILL}'",
        f"2 11 1700000000301 b'{MILL}'",
    ]


def test_the_page_shows_the_example():
    example = (FORMATS / "archive.md").read_text(encoding="utf-8").split("## Example")[1]
    block = re.search(r"```\n(.*?)```", example, re.DOTALL).group(1)
    shown = "".join(re.split(r" {2,}", line)[0] for line in block.splitlines())
    assert bytes.fromhex(shown) == GOLDEN.read_bytes()

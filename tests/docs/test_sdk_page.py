"""sdk/README.md: its function compiles by its command, and with the sdk as one file."""

import re
import subprocess
import sys

from support.server import ROOT

PAGE = (ROOT / "sdk" / "README.md").read_text()


def block(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL).group(1)


def test_the_function_of_the_sdks_page_compiles(tmp_path):
    (tmp_path / "function.cc").write_text(block("cpp"))
    (tmp_path / "sdk").symlink_to(ROOT / "sdk")
    command = block("sh").strip().replace("-O2", "-O0")
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)
    assert (tmp_path / "bootstrap").exists()


def test_the_sdk_is_also_one_file(tmp_path):
    one = subprocess.run([sys.executable, ROOT / "sdk" / "amalgamate.py"], check=True, capture_output=True, text=True).stdout
    (tmp_path / "millrace_sdk.h").write_text(one)
    source = re.sub(r'#include "millrace/\w+\.h"\n', "", block("cpp"))
    (tmp_path / "function.cc").write_text('#include "millrace_sdk.h"\n' + source)
    subprocess.run(["clang++-19", "-std=c++20", "-fsyntax-only", "function.cc"], check=True, cwd=tmp_path)

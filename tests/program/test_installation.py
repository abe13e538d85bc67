"""scripts/install-dependencies.sh and the package manager, with stand-ins for what asks and changes it."""

import subprocess

import pytest

from support.server import ROOT

RECORDING = """#!/bin/sh
echo "$(basename "$0") $*" >> "$RECORD"
"""


@pytest.fixture
def install(tmp_path):
    """install(missing): the script's output, and what it asked of apt-get and sudo, on a machine that lacks these packages."""

    def run(*missing):
        tools, record = tmp_path / "tools", tmp_path / "record"
        tools.mkdir()
        lacking = "|".join(missing) or "none"
        (tools / "dpkg-query").write_text(f'#!/bin/sh\nfor last; do :; done\ncase "$last" in {lacking}) exit 1 ;; *) echo installed ;; esac\n')
        for name in ("apt-get", "sudo", "apt", "dpkg"):
            (tools / name).write_text(RECORDING)
        for tool in tools.iterdir():
            tool.chmod(0o755)
        done = subprocess.run([ROOT / "scripts" / "install-dependencies.sh", "--tests"], capture_output=True, text=True, check=True,
                              env={"PATH": f"{tools}:/usr/bin:/bin", "RECORD": str(record)})
        return done.stdout, record.read_text() if record.exists() else ""

    return run


def test_the_package_manager_is_left_alone_when_all_is_there(install):
    assert install() == ("", "")


def test_what_is_missing_is_named_and_nothing_else_is_installed(install):
    said, asked = install("ninja-build", "zstd")
    assert said == "Installing Debian packages: ninja-build zstd\n"
    assert asked.splitlines()[-1].endswith("apt-get install -y --no-install-recommends ninja-build zstd"), asked

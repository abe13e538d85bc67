"""The commands that the README asks people to copy do what it says, with either version of the AWS CLI."""

import os
import pathlib
import re
import signal
import subprocess

import pytest

from support.server import BINARY, ROOT, free_port

CLIS = {"v1": ROOT / "build/clients/python/bin/aws", "v2": pathlib.Path("/usr/bin/aws")}


def tour():
    """The README's tour as one bash script."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```sh tour\n(.*?)```", text, re.S)


def script_on(port, data_dir):
    steps = "\n".join(tour())
    assert steps.count("millrace serve") == 2
    # Only the port, the places of the program and of the data differ from what a reader types.
    steps = steps.replace("build/millrace", str(BINARY)).replace("127.0.0.1:4566", f"127.0.0.1:{port}")
    steps = steps.replace("millrace serve", f"millrace serve --port {port}").replace("./millrace-data", str(data_dir))
    steps = steps.replace("millrace env", f"millrace env --port {port}")
    return "set -euo pipefail\nset -m\ntrap 'kill -9 $(jobs -p) 2>/dev/null || true' EXIT\n" + steps.replace("; wait", "; wait || true")


@pytest.mark.parametrize("version", CLIS)
def test_the_tour_of_the_readme(tmp_path, version):
    if not CLIS[version].exists():
        pytest.skip(f"there is no {CLIS[version]}")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/aws").symlink_to(CLIS[version])
    # The tour leaves its record where it runs, which is not to be the repository.
    place = tmp_path / "clone"
    place.mkdir()
    (place / "examples").symlink_to(ROOT / "examples")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = f"{tmp_path / 'bin'}:{environment['PATH']}"
    process = subprocess.Popen(["bash", "-c", script_on(free_port(), tmp_path / "data")], cwd=place, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, env={**environment, "PATH": path, "AWS_PAGER": ""},
                               start_new_session=True)
    try:
        output, _ = process.communicate(timeout=120)
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    assert process.returncode == 0, output
    assert "CREATE_COMPLETE" in output
    assert "records in" in output, "the function's own words"
    for sender in ("millrace", "aws"):
        assert f'\\"from\\": \\"{sender}\\"' in output, f"the message of {sender} arrived"
    assert output.count('"from": "aws"') >= 1, "the record is still there after kill -9"
    assert sorted(file.name for file in place.iterdir()) == ["examples"]

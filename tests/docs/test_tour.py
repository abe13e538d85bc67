"""The commands that the README asks people to copy do what it says."""

import os
import re
import signal
import subprocess

from support.server import BINARY, ROOT, free_port


def tour():
    """The README's tour as one bash script."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```sh tour\n(.*?)```", text, re.S)


def test_the_tour_of_the_readme(tmp_path):
    port = free_port()
    steps = "\n".join(tour())
    assert steps.count("millrace serve") == 2
    steps = steps.replace("build/millrace", str(BINARY))
    # Only the port and the place of the data differ from what a reader types.
    steps = steps.replace("millrace serve", f"millrace serve --port {port}").replace("./millrace-data", str(tmp_path / "data"))
    steps = steps.replace("millrace env", f"millrace env --port {port}")
    steps = re.sub(r"(--port \d+ --data-dir \S+) &", r"\1 & until curl -sf http://127.0.0.1:%d/_millrace/health; do sleep 0.05; done" % port,
                   steps)
    script = "set -euo pipefail\nset -m\ntrap 'kill -9 $(jobs -p) 2>/dev/null || true' EXIT\n" + steps.replace("; wait", "; wait || true")
    path = f"{ROOT / 'build/clients/python/bin'}:{os.environ['PATH']}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    process = subprocess.Popen(["bash", "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               env={**environment, "PATH": path, "AWS_PAGER": ""}, start_new_session=True)
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
    assert '\\"from\\": \\"millrace\\"' in output or '"from": "millrace"' in output, "the message arrived"
    assert output.count('"from": "aws"') >= 1, "the record is still there after kill -9"

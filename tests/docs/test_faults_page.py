"""The commands of docs/faults.md do what it says."""

import os
import re
import signal
import subprocess

from support.server import BINARY, ROOT, free_port


def test_the_commands_of_the_page(tmp_path):
    port = free_port()
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    steps = "\n".join(re.findall(r"```sh faults\n(.*?)```", text, re.S))
    assert steps.count("millrace serve") == 1
    # Only the port and the place of the data differ from what a reader types.
    ready = f"until curl -sf http://127.0.0.1:{port}/_millrace/health; do sleep 0.05; done"
    steps = steps.replace("./millrace-data", str(tmp_path / "data")).replace("times=2' &", f"times=2' --port {port} & {ready}")
    steps = steps.replace("millrace env", f"millrace env --port {port}").replace("millrace ", f"{BINARY} ").replace("/_" + str(BINARY), "/_millrace")
    path = f"{ROOT / 'build/clients/python/bin'}:{os.environ['PATH']}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    process = subprocess.Popen(["bash", "-c", "set -euo pipefail\n" + steps], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, env={**environment, "PATH": path, "AWS_PAGER": ""}, start_new_session=True)
    try:
        process.wait(timeout=120)
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        output = process.stdout.read()
    assert process.returncode == 0, output
    assert re.search(r"times=2 +3 +2\b", output), output
    assert '"SequenceNumber"' in output and "no faults" in output and output.rstrip().endswith('{"faults":[]}'), output

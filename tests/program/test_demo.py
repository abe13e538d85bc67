"""`make demo`, as it runs on the program under test: it ends by itself, with status 0 and a summary in which nothing is missing."""

import os
import re
import subprocess
import sys

from support.server import BINARY, ROOT

RUN = f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r}); import demo, pathlib; demo.MILLRACE = pathlib.Path(sys.argv[1]); demo.main()"


def test_the_demo_shows_the_whole_way_and_ends(tmp_path):
    done = subprocess.run([sys.executable, "-c", RUN, BINARY], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "TMPDIR": str(tmp_path)})
    assert done.returncode == 0, done.stdout + done.stderr
    events = len((ROOT / "examples/kinesis-to-sqs/events/events.jsonl").read_text(encoding="utf-8").splitlines())
    figures = {name: int(number) for name, number in re.findall(r"^ +(records in|invocations|messages out) +(\d+)", done.stdout, re.M)}
    assert figures["records in"] == events > 2000
    assert 0 < figures["messages out"] < events and figures["invocations"] > 0
    assert f"with {events} records, none missing" in done.stdout
    assert re.search(r"put → receive +[\d.]+ ms median, [\d.]+ ms p99", done.stdout)
    assert "records in" in done.stdout.partition("What happened")[0], "what the function prints is shown as it happens"
    data = re.search(r"the data +(\S+)", done.stdout).group(1)
    assert os.path.isdir(os.path.join(data, "journal")), "the data lies where it says"
    assert "build/millrace" in done.stdout.partition("What to type next")[2]

"""--debug-port: each process of a function listens for a debugger."""

import json
import time
import urllib.request

from support.packages import zip_of
from support.server import Server, eventually

ROLE = "arn:aws:iam::000000000000:role/any"


def free_port():
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_node_listens_for_its_debugger_and_may_take_its_time(tmp_path, client_of):
    port = free_port()
    with Server(tmp_path / "data", "--debug-port", str(port)) as server:
        functions = client_of(server, "lambda")
        code = "exports.handler = () => new Promise((done) => setTimeout(() => done('late'), 1500));"
        functions.create_function(FunctionName="f", Runtime="nodejs20.x", Handler="index.handler", Role=ROLE, Timeout=1,
                                  Code={"ZipFile": zip_of({"index.js": code})})
        begin = time.monotonic()
        assert functions.invoke(FunctionName="f")["Payload"].read() == b'"late"'
        assert time.monotonic() - begin > 1.4, "longer than its timeout"
        about = json.loads(urllib.request.urlopen(f"http://127.0.0.1:{port}/json/version").read())
        assert about["Browser"].startswith("node.js/")


def test_python_is_run_by_debugpy_or_says_that_it_is_missing(tmp_path, client_of):
    port = free_port()
    with Server(tmp_path / "data", "--debug-port", str(port)) as server:
        functions, logs = client_of(server, "lambda"), client_of(server, "logs")
        code = "import sys\ndef handler(event, context): return 'debugpy' in sys.modules\n"
        functions.create_function(FunctionName="f", Runtime="python3.11", Handler="index.handler", Role=ROLE, Timeout=30,
                                  Code={"ZipFile": zip_of({"index.py": code})})
        answer = functions.invoke(FunctionName="f")
        if "FunctionError" not in answer:
            assert answer["Payload"].read() == b"true"
            return

        def said():
            events = logs.filter_log_events(logGroupName="/aws/lambda/f")["events"]
            return [one for one in events if "No module named debugpy" in one["message"]]

        eventually(said)

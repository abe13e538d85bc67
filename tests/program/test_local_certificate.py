"""What becomes of the key that `--tls` makes when a data directory is looked at, copied or salvaged."""

import ssl
import subprocess
import urllib.request

from aws_json import Api
from support.server import BINARY, Server


def health(server, certificate):
    context = ssl.create_default_context(cafile=certificate)
    with urllib.request.urlopen(f"https://localhost:{server.port}/_millrace/health", context=context, timeout=10) as answer:
        return answer.status


def run(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=60)


def test_copies_hold_no_key_and_make_their_own(tmp_path):
    data, backup, salvaged = tmp_path / "data", tmp_path / "backup", tmp_path / "salvaged"
    with Server(data, "--tls") as server:
        Api(server.port).sqs("CreateQueue", QueueName="jobs")
        done = run("backup", backup, "--endpoint-url", server.endpoint)
        assert done.returncode == 0, done.stderr
    assert (data / "tls" / "key.pem").stat().st_mode & 0o777 == 0o600
    assert run("doctor", "--data-dir", data).returncode == 0
    done = run("doctor", "--data-dir", data, "--salvage", salvaged)
    assert done.returncode == 0, done.stderr
    key = (data / "tls" / "key.pem").read_bytes()
    for copy in (backup, salvaged):
        held = [path for path in copy.rglob("*") if path.is_file() and key in path.read_bytes()]
        assert not held and not (copy / "tls").exists(), copy
        with Server(copy, "--tls") as server:
            assert health(server, copy / "tls" / "certificate.pem") == 200
            assert "jobs" in str(Api(server.port).sqs("ListQueues"))
        assert (copy / "tls" / "key.pem").read_bytes() != key

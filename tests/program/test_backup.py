"""`millrace backup`: a running server's data, copied whole; nothing left behind when it does not come to that."""

import base64
import contextlib
import http.server
import io
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
import zipfile

import pytest

from aws_json import Api, blob
from support.cli import millrace
from support.server import BINARY, Server, eventually, free_port
from support.streams import read_stream

ROLE = "arn:aws:iam::000000000000:role/any"
BULK_RECORDS = 144  # more than a segment


def package(answer):
    """A zip whose function returns `answer`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", f"def handler(event, context):\n    return {answer!r}\n")
    return buffer.getvalue()


class Load:
    """boto3 writers that note what they were told, until stopped."""

    def __init__(self, server, client_of):
        self.server, self.client_of = server, client_of
        self.records, self.messages, self.functions = {}, {}, {}
        self.asked = set()
        self.failures = []
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        jobs = [self.put_records, self.put_records, self.send_messages, self.create_functions]
        self.threads = [threading.Thread(target=self.run, args=(job, number)) for number, job in enumerate(jobs)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def acknowledged(self):
        with self.lock:
            return dict(self.records), dict(self.messages), dict(self.functions)

    def wait_for_more(self):
        """Of everything."""
        before = self.acknowledged()
        eventually(lambda: self.failures or all(len(now) > len(then) for now, then in zip(self.acknowledged(), before)), seconds=60)
        assert not self.failures, self.failures

    def run(self, job, writer):
        try:
            number = 0
            while not self.stopping.is_set():
                job(f"{writer}-{number}")
                number += 1
        except Exception as failure:  # the test shows it
            self.failures.append(failure)

    def put_records(self, tag):
        kinesis = self.client_of(self.server, "kinesis")
        for round_number in range(20):
            texts = [f"{tag}-{round_number}-{i}-" + "x" * 2000 for i in range(30)]
            self.asked.update(texts)
            answer = kinesis.put_records(StreamName="events", Records=[{"Data": text, "PartitionKey": text[:50]} for text in texts])
            assert answer.get("FailedRecordCount", 0) == 0
            with self.lock:
                for placed, text in zip(answer["Records"], texts):
                    self.records[placed["ShardId"], placed["SequenceNumber"]] = text

    def send_messages(self, tag):
        sqs = self.client_of(self.server, "sqs")
        url = sqs.get_queue_url(QueueName="work")["QueueUrl"]
        for number in range(50):
            body = f"{tag}-{number}"
            self.asked.add(body)
            told = sqs.send_message(QueueUrl=url, MessageBody=body)
            with self.lock:
                self.messages[told["MessageId"]] = body

    def create_functions(self, tag):
        self.client_of(self.server, "lambda").create_function(
            FunctionName=tag, Runtime="python3.12", Handler="index.handler", Role=ROLE, Code={"ZipFile": package(tag)})
        with self.lock:
            self.functions[tag] = tag
        time.sleep(0.05)


def fill(server, records):
    """Half a megabyte each, a multiple of 8."""
    api = Api(server.port)
    api.kinesis("CreateStream", StreamName="bulk", ShardCount=1)
    batch = [{"Data": blob("b" * 500_000), "PartitionKey": "k"}] * 8
    for _ in range(records // 8):
        assert not api.kinesis("PutRecords", StreamName="bulk", Records=batch).get("FailedRecordCount", 0)


def all_messages(sqs):
    url = sqs.get_queue_url(QueueName="work")["QueueUrl"]
    found = {}
    while True:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600).get("Messages", [])
        if not messages:
            return found
        found.update({message["MessageId"]: message["Body"] for message in messages})


def check_copy(server, client_of, acknowledged, asked):
    records, messages, functions = acknowledged
    found = read_stream(Api(server.port), "events")
    assert records.items() <= found.items(), "an acknowledged record is missing"
    assert set(found.values()) <= asked, "a record that nobody put"
    there = all_messages(client_of(server, "sqs"))
    assert messages.items() <= there.items(), "an acknowledged message is missing"
    assert set(there.values()) <= asked
    lambdas = client_of(server, "lambda")
    for name in list(functions)[-3:] + list(functions)[:1]:
        answer = lambdas.invoke(FunctionName=name)
        assert json.loads(answer["Payload"].read()) == name
    listed = [function for page in lambdas.get_paginator("list_functions").paginate() for function in page["Functions"]]
    assert functions.keys() <= {function["FunctionName"] for function in listed}
    # Each has its package, also those that were created while the snapshot was made.
    packages = {path.stem for path in (server.data_dir / "code").glob("*.zip")}
    assert {base64.b64decode(function["CodeSha256"]).hex() for function in listed} <= packages


def snapshots(server):
    """Directories of snapshots that are there."""
    with contextlib.suppress(FileNotFoundError):
        return list((server.data_dir / "backup").iterdir())
    return []


def refused(*arguments, endpoint):
    """Runs `millrace backup`, which must fail; returns its one sentence."""
    done = millrace("backup", *arguments, endpoint=endpoint, check=False)
    assert done.returncode == 1 and not done.stdout, done
    assert done.stderr.startswith("millrace: ") and done.stderr.count("\n") == 1, f"one sentence, please: {done.stderr!r}"
    return done.stderr


def as_in_a_terminal():
    """Who runs the tests in the background may have had these ignored."""
    for interruption in (signal.SIGINT, signal.SIGHUP):
        signal.signal(interruption, signal.SIG_DFL)


class Held:
    """A backup in the background that does not come to its end before release(): the first package is a pipe."""

    def __init__(self, server, client_of, destination):
        client_of(server, "lambda").create_function(FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=ROLE,
                                                    Code={"ZipFile": package("f")})
        self.pipe = destination.parent / "pipe"
        os.mkfifo(self.pipe)
        os.link(self.pipe, server.data_dir / "code" / f"{'0' * 64}.zip")
        self.process = subprocess.Popen([BINARY, "backup", destination, "--endpoint-url", server.endpoint], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True,
                                        preexec_fn=as_in_a_terminal)
        eventually(lambda: list(pathlib.Path(f"{destination}.partial").glob("journal/*")))
        assert self.process.poll() is None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def release(self):
        """Returns its status, and what it says on stderr."""
        end = os.open(self.pipe, os.O_RDWR | os.O_NONBLOCK)
        try:
            output, said = self.process.communicate(timeout=60)
            assert not output
            return self.process.returncode, said
        finally:
            os.close(end)
            self.pipe.unlink()


def test_everything_acknowledged_before_is_in_the_copy(server, client_of, tmp_path):
    fill(server, BULK_RECORDS)
    api = Api(server.port)
    api.kinesis("CreateStream", StreamName="events", ShardCount=2)
    api.sqs("CreateQueue", QueueName="work")
    taken = []
    with Load(server, client_of) as load:
        for number in range(3):
            load.wait_for_more()
            acknowledged = load.acknowledged()
            done = millrace("backup", tmp_path / f"copy-{number}", endpoint=server.endpoint)
            assert f"millrace doctor --data-dir {tmp_path}/copy-{number}" in done.stdout and not done.stderr
            taken.append(acknowledged)
        load.wait_for_more()
    assert not snapshots(server)
    # The source keeps what it was told, with and without a kill.
    server.kill()
    server.start()
    assert load.records.items() <= read_stream(Api(server.port), "events").items()
    for number, acknowledged in enumerate(taken):
        with Server(tmp_path / f"copy-{number}") as copy:
            check_copy(copy, client_of, acknowledged, load.asked)
            if number == 0:
                assert len(read_stream(Api(copy.port), "bulk")) == BULK_RECORDS


def test_json_tells_what_was_copied(server, tmp_path):
    told = json.loads(millrace("backup", tmp_path / "copy", "--json", endpoint=server.endpoint).stdout)
    files = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert told["Directory"] == str(tmp_path / "copy") and told["Files"] == len(files) > 0
    assert told["Bytes"] == sum(path.stat().st_size for path in files)
    assert told["Seconds"] > 0
    original = next((server.data_dir / "journal").iterdir())
    assert not os.path.samefile(original, tmp_path / "copy" / "journal" / original.name), "bytes of its own"


def test_sigkill_of_the_server_in_the_middle(server, client_of, tmp_path):
    fill(server, 8)
    with Held(server, client_of, tmp_path / "copy") as backup:
        assert len(snapshots(server)) == 1
        server.kill()
        server.start()
        eventually(lambda: not snapshots(server))
        assert len(read_stream(Api(server.port), "bulk")) == 8
        status, said = backup.release()
    assert status == 1 and "(has the server been restarted?); nothing is left at" in said and said.count("\n") == 1
    assert not list(tmp_path.glob("copy*"))


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_backup_that_is_stopped_leaves_nothing(server, client_of, tmp_path, ending):
    with Held(server, client_of, tmp_path / "copy") as backup:
        backup.process.send_signal(ending)
        assert backup.release() == (1, f"millrace: the copying was stopped; nothing is left at {tmp_path}/copy\n")
    assert not list(tmp_path.glob("copy*"))
    assert not snapshots(server)


def test_a_client_that_dies_leaves_a_snapshot_until_the_next_start(server, client_of, tmp_path):
    with Held(server, client_of, tmp_path / "copy") as backup:
        backup.process.kill()
        backup.release()
    assert len(snapshots(server)) == 1
    assert server.stop() == 0
    server.start()
    eventually(lambda: not snapshots(server))
    said = refused(tmp_path / "copy", endpoint=server.endpoint)
    assert f"{tmp_path}/copy.partial is in the way: a backup is under way there, or was cut short" in said


def test_how_far_it_is_shows_on_a_terminal(server, tmp_path):
    fill(server, 8)
    terminal, other_end = pty.openpty()
    backup = subprocess.Popen([BINARY, "backup", tmp_path / "copy", "--endpoint-url", server.endpoint], stdout=subprocess.DEVNULL,
                              stderr=other_end)
    os.close(other_end)
    shown = ""
    with contextlib.suppress(OSError):  # how a terminal ends
        while piece := os.read(terminal, 1000):
            shown += piece.decode()
    os.close(terminal)
    assert backup.wait() == 0
    assert re.search(r"copied \[=* *\] +\d+%  \d\.\d MB of 4\.0 MB, \d.*B/s, \d+ s left", shown), shown
    assert shown.endswith("\r\x1b[K"), "nothing of it stays"


def test_without_a_server(tmp_path):
    said = refused(tmp_path / "copy", endpoint=f"http://127.0.0.1:{free_port()}")
    assert "127.0.0.1" in said and "--endpoint-url" in said
    assert not list(tmp_path.iterdir())


def test_places_that_will_not_do(server, tmp_path):
    data = server.data_dir
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    for place, words in [(tmp_path / "full", "is not empty"), (tmp_path / "full" / "file", "is not a directory"),
                         (tmp_path / "none" / "copy", f"its parent {tmp_path}/none does not exist"),
                         (data, "lies in the server's data directory"), (data / "copy", "lies in the server's data directory"),
                         (data / "journal" / "copy", "lies in the server's data directory")]:
        assert words in refused(place, endpoint=server.endpoint)
        assert not snapshots(server)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "full"]
    assert not (data / "copy.partial").exists()


def test_a_relative_place_and_an_empty_directory(server, tmp_path):
    (tmp_path / "copy").mkdir(mode=0o700)
    millrace("backup", "copy/", endpoint=server.endpoint, cwd=tmp_path)
    assert (tmp_path / "copy" / "journal").is_dir() and (tmp_path / "copy").stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / "copy.partial").exists()


def test_a_disk_that_is_too_small_and_a_mount_point(server, tmp_path):
    fill(server, 24)
    mount = tmp_path / "mount"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount], capture_output=True).returncode:
        pytest.skip("needs root and mount(8) for a small file system")
    try:
        said = refused(mount / "copy", endpoint=server.endpoint)
        assert "the disk has 4.2 MB free" in said and f"nothing is left at {mount}/copy" in said
        assert not list(mount.iterdir())
        assert "name a directory below it" in refused(mount, endpoint=server.endpoint)
        assert not (tmp_path / "mount.partial").exists() and not snapshots(server)
    finally:
        subprocess.run(["umount", mount], check=True)


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """A server of another machine: its directory is not here."""

    asked = []

    def answer(self):
        self.asked.append(f"{self.command} {self.path}")
        body = json.dumps({"id": "i", "directory": "/nowhere/backup/i", "files": [{"name": "journal/0", "bytes": 1}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = answer

    def log_message(self, *_):
        pass


def test_a_server_on_another_machine(tmp_path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        said = refused(tmp_path / "copy", endpoint=f"http://127.0.0.1:{elsewhere.server_port}")
        elsewhere.shutdown()
    assert "not on this machine" in said and "run millrace backup where the server runs" in said
    assert Elsewhere.asked == ["POST /_millrace/backup", "DELETE /_millrace/backup/i"]
    assert not list(tmp_path.iterdir())


def test_a_web_page_cannot_ask_for_a_backup(server):
    def ask(method, **headers):
        request = urllib.request.Request(server.endpoint + "/_millrace/backup", method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    # What a page of another site may send without being asked, and the question a browser asks before more.
    status, _, said = ask("POST", **{"Content-Type": "text/plain", "Origin": "http://elsewhere.example"})
    assert status == 403 and b"X-Millrace: backup" in said
    status, headers, _ = ask("OPTIONS", **{"Origin": "http://elsewhere.example", "Access-Control-Request-Method": "POST",
                                           "Access-Control-Request-Headers": "x-millrace"})
    assert status == 403 and not [name for name in headers if name.lower().startswith("access-control")]
    assert not snapshots(server)
    status, _, said = ask("POST", **{"X-Millrace": "backup"})
    told = json.loads(said)
    assert status == 200 and [path.name for path in snapshots(server)] == [told["id"]]
    assert told["bytes"] == sum(file["bytes"] for file in told["files"])

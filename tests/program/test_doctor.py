"""`millrace doctor`: what it says of a data directory, and what it salvages of a damaged one."""

import io
import json
import os
import pathlib
import subprocess
import threading
import time
import zipfile

import pytest

from aws_json import Api, CallError, blob
from support.cli import millrace
from support.server import Server, eventually

ROLE = "arn:aws:iam::000000000000:role/any"


def doctor(data_dir, *arguments):
    return millrace("doctor", "--data-dir", data_dir, *arguments, check=False)


def flip(path, position):
    data = bytearray(path.read_bytes())
    data[position] ^= 0x20
    path.write_bytes(data)


def find(data_dir, text):
    """The segment and the position where the bytes stand, for the last time."""
    for path in sorted((data_dir / "journal").glob("*.segment"), reverse=True):
        position = path.read_bytes().rfind(text)
        if position >= 0:
            return path, position
    raise AssertionError(f"{text} is in no segment")


def read_records(client, stream, **start):
    """Sequence number -> data of everything in the stream's only shard from there on."""
    start = start or {"ShardIteratorType": "TRIM_HORIZON"}
    iterator = client.get_shard_iterator(StreamName=stream, ShardId="shardId-000000000000", **start)["ShardIterator"]
    found = {}
    while True:
        answer = client.get_records(ShardIterator=iterator)
        found.update({record["SequenceNumber"]: record["Data"].decode() for record in answer["Records"]})
        iterator = answer["NextShardIterator"]
        if not answer["Records"] and answer["MillisBehindLatest"] == 0:
            return found


def package(source):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("index.py", source)
    return packed.getvalue()


@pytest.fixture
def filled(tmp_path, client_of):
    """A data directory with one of everything, of a server that ended; what is in it."""
    data_dir = tmp_path / "data"
    with Server(data_dir) as server:
        kinesis = client_of(server, "kinesis")
        kinesis.create_stream(StreamName="events", ShardCount=1)
        records = {}
        for number in range(40):
            data = f"record number {number}, all of it"
            records[kinesis.put_record(StreamName="events", PartitionKey="k", Data=data)["SequenceNumber"]] = data
        sqs = client_of(server, "sqs")
        url = sqs.create_queue(QueueName="work")["QueueUrl"]
        for number in range(5):
            sqs.send_message(QueueUrl=url, MessageBody=f"message {number}")
        client_of(server, "lambda").create_function(
            FunctionName="hello", Runtime="python3.12", Handler="index.handler", Role=ROLE,
            Code={"ZipFile": package("def handler(event, context):\n    return 'hello'\n")})
        kinesis.put_record(StreamName="events", PartitionKey="k", Data="the last")
    return data_dir, records


def test_a_healthy_directory_is_sound(filled):
    data_dir, records = filled
    before = {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file() and path.name != "lock"}
    done = doctor(data_dir)
    assert done.returncode == 0 and "nothing is wrong" in done.stdout and not done.stderr
    said = json.loads(doctor(data_dir, "--json").stdout)
    assert said["sound"] and said["findings"] == [] and said["entries"] > len(records) and said["entriesLost"] == 0
    assert before == {path: path.read_bytes() for path in before}, "a look changes nothing"


def test_a_running_server_is_refused(server):
    done = doctor(server.data_dir)
    assert done.returncode == 2 and not done.stdout
    assert f"pid {server.process.pid}" in done.stderr and "stop it first" in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_no_data_directory_is_said(tmp_path):
    done = doctor(tmp_path / "none")
    assert done.returncode == 2 and str(tmp_path / "none") in done.stderr and not done.stdout
    assert not (tmp_path / "none").exists()
    wrong = doctor(tmp_path, "--salvge", tmp_path / "x")
    assert wrong.returncode == 2 and "--salvage" in wrong.stderr


def test_sigkill_under_load_is_no_damage(tmp_path):
    server = Server(tmp_path / "data").start()
    api = Api(server.port)
    api.kinesis("CreateStream", StreamName="events", ShardCount=2)
    url = api.sqs("CreateQueue", QueueName="work")["QueueUrl"]

    def load(work):
        client = Api(server.port, timeout=10)
        try:
            for number in range(100_000):
                work(client, number)
        except (OSError, ValueError, CallError):
            pass
        except Exception as error:  # http.client's, of a connection that broke
            assert "http" in type(error).__module__

    def put(client, number):
        records = [{"Data": blob("x" * 2000), "PartitionKey": f"{number}/{i}"} for i in range(50)]
        client.kinesis("PutRecords", StreamName="events", Records=records)

    def send(client, number):
        client.sqs("SendMessage", QueueUrl=url, MessageBody=str(number))

    for _ in range(5):
        threads = [threading.Thread(target=load, args=(work,)) for work in (put, put, send)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        server.kill()
        for thread in threads:
            thread.join()
        done = doctor(server.data_dir)
        assert done.returncode == 0, done.stdout
        server.start()
    server.stop()


def test_a_flipped_byte_is_named_and_the_rest_is_salvaged(filled, tmp_path, client_of):
    data_dir, records = filled
    lost_number, lost_data = list(records.items())[17]
    path, position = find(data_dir, lost_data.encode())
    flip(path, position + 3)
    with pytest.raises(RuntimeError, match="is damaged at byte"):
        Server(data_dir).start()

    done = doctor(data_dir)
    assert done.returncode == 1
    assert f"{path}, byte " in done.stdout
    assert "lost: entry 17 of shard shardId-000000000000 of stream events (000000000000, us-east-1)" in done.stdout
    assert f"--data-dir {data_dir} --salvage" in done.stdout
    said = json.loads(doctor(data_dir, "--json").stdout)
    [finding] = said["findings"]
    assert finding["severity"] == "problem" and finding["file"] == str(path)
    assert position - 200 < finding["position"] <= position
    assert [(lost["first"], lost["count"]) for lost in finding["lost"]] == [(17, 1)]

    copy = tmp_path / "copy"
    salvaged = json.loads(doctor(data_dir, "--salvage", copy, "--json").stdout)["salvage"]
    assert salvaged["packages"] == 1
    [shard] = [log for log in salvaged["logs"] if "stream events" in log["name"]]
    assert (shard["copied"], shard["lost"]) == (40, 1)
    assert doctor(data_dir, "--salvage", copy).returncode == 1, "never over something"
    assert doctor(copy).returncode == 0

    with Server(copy) as server:
        kinesis = client_of(server, "kinesis")
        kept = {number: data for number, data in records.items() if number != lost_number}
        found = read_records(kinesis, "events")
        assert {number: data for number, data in found.items() if data != "the last"} == kept
        numbers = list(records)
        behind = read_records(kinesis, "events", ShardIteratorType="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[16])
        assert next(iter(behind)) == numbers[18]
        at = read_records(kinesis, "events", ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber=lost_number)
        assert next(iter(at)) == numbers[18]
        added = kinesis.put_record(StreamName="events", PartitionKey="k", Data="new")["SequenceNumber"]
        assert int(added) > max(map(int, found))
        sqs = client_of(server, "sqs")
        url = sqs.get_queue_url(QueueName="work")["QueueUrl"]
        bodies = {message["Body"] for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]}
        assert bodies == {f"message {number}" for number in range(5)}
        answer = client_of(server, "lambda").invoke(FunctionName="hello")
        assert json.loads(answer["Payload"].read()) == "hello"
        server.kill()
        server.start()
        assert list(read_records(client_of(server, "kinesis"), "events").values())[-2:] == ["the last", "new"]


def test_a_damaged_catalog_costs_what_it_says(filled, tmp_path, client_of):
    data_dir, records = filled
    path, position = find(data_dir, b"sqs/queues/000000000000/us-east-1/work")
    flip(path, position)
    done = doctor(data_dir, "--salvage", tmp_path / "copy")
    assert done.returncode == 1
    assert "of the catalog" in done.stdout and "may be missing, or as they were earlier" in done.stdout
    with Server(tmp_path / "copy") as server:
        assert set(records.values()) <= set(read_records(client_of(server, "kinesis"), "events").values())
        sqs = client_of(server, "sqs")
        assert "QueueUrls" not in sqs.list_queues()
        # Its log is there, without an owner: a new queue is another.
        url = sqs.create_queue(QueueName="work")["QueueUrl"]
        assert "Messages" not in sqs.receive_message(QueueUrl=url)
        sqs.send_message(QueueUrl=url, MessageBody="new")
        assert [message["Body"] for message in sqs.receive_message(QueueUrl=url)["Messages"]] == ["new"]


def test_mappings_go_on_behind_what_is_lost(filled, tmp_path, client_of):
    data_dir, records = filled
    data = list(records.values())
    path, position = find(data_dir, data[20].encode())
    flip(path, position)
    assert doctor(data_dir, "--salvage", tmp_path / "copy").returncode == 1
    with Server(tmp_path / "copy") as server:
        lambdas = client_of(server, "lambda")
        code = "import base64\ndef handler(event, context):\n" \
               "    for r in event['Records']: print(base64.b64decode(r['kinesis']['data']).decode())\n"
        lambdas.create_function(FunctionName="show", Runtime="python3.12", Handler="index.handler", Role=ROLE,
                                Code={"ZipFile": package(code)})
        lambdas.create_event_source_mapping(FunctionName="show", StartingPosition="TRIM_HORIZON",
                                            EventSourceArn="arn:aws:kinesis:us-east-1:000000000000:stream/events")
        eventually(lambda: "the last" in server.function_lines("show"), seconds=20)
        shown = server.function_lines("show")
        assert [line for line in shown if line in data] == data[:20] + data[21:]


def test_a_damaged_package_names_its_function(filled, tmp_path):
    data_dir, _ = filled
    [zipped] = (data_dir / "code").glob("*.zip")
    flip(zipped, 40)
    done = doctor(data_dir)
    assert done.returncode == 1 and str(zipped) in done.stdout and "hello (000000000000, us-east-1)" in done.stdout
    assert json.loads(doctor(data_dir, "--salvage", tmp_path / "copy", "--json").stdout)["salvage"]["packages"] == 0
    zipped.unlink()
    assert "the package is missing; it is the code of hello" in doctor(data_dir).stdout


def test_packages_of_versions_and_layers_are_kept_and_named(filled, client_of):
    data_dir, _ = filled
    before = set((data_dir / "code").glob("*.zip"))
    with Server(data_dir) as server:
        lambdas = client_of(server, "lambda")
        lambdas.publish_version(FunctionName="hello")
        lambdas.update_function_code(FunctionName="hello", ZipFile=package("def handler(event, context): return 2"))
        lambdas.publish_layer_version(LayerName="shared", Content={"ZipFile": package("x = 1")})
    with Server(data_dir):
        pass  # each start removes what nobody uses
    [latest, layer] = sorted(set((data_dir / "code").glob("*.zip")) - before, key=lambda path: path.stat().st_mtime)
    for path, user in ((*before, "hello:1"), (latest, "hello"), (layer, "layer shared:1")):
        content = path.read_bytes()
        path.unlink()
        assert f"it is the code of {user} (000000000000, us-east-1)" in doctor(data_dir).stdout
        path.write_bytes(content)
    assert doctor(data_dir).returncode == 0


def test_a_directory_that_is_mounted_read_only(filled, tmp_path):
    data_dir, _ = filled
    mount = tmp_path / "mount"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "--bind", data_dir, mount], capture_output=True).returncode:
        pytest.skip("needs root and mount(8)")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", mount], check=True, capture_output=True)
        assert doctor(mount).returncode == 0
    finally:
        subprocess.run(["umount", mount], check=True)


def test_a_full_disk_leaves_nothing_of_a_salvage(filled, tmp_path):
    data_dir, _ = filled
    mount = tmp_path / "mount"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", mount], capture_output=True).returncode:
        pytest.skip("needs root and mount(8) for a small file system")
    try:
        done = doctor(data_dir, "--salvage", mount / "copy")
        assert done.returncode == 1 and "nothing was copied" in done.stderr and "No space left" in done.stderr
        assert list(pathlib.Path(mount).iterdir()) == []
    finally:
        subprocess.run(["umount", mount], check=True)

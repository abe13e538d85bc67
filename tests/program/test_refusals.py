"""What is refused leaves nothing behind: neither files, nor half of a function or a stack, nor a scratch on who is there already."""

import base64
import contextlib
import os
import subprocess
import time

import botocore.exceptions
import pytest

from aws_json import Api
from support.packages import zip_of
from support.server import BINARY, Server, free_port

ROLE = "arn:aws:iam::000000000000:role/any"


def refused(*arguments):
    done = subprocess.run([BINARY, "serve", *map(str, arguments)], capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert done.stderr.startswith("millrace: ") and done.stderr.count("\n") == 1, f"one sentence, please: {done.stderr!r}"
    assert '"ready"' not in done.stdout
    return done.stderr


@contextlib.contextmanager
def small_disk(path, size):
    path.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], capture_output=True).returncode:
        pytest.skip("needs root and mount(8) for a small file system")
    try:
        yield path
    finally:
        subprocess.run(["umount", path], check=True)


def files_below(path):
    return sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


def test_a_taken_port_leaves_no_data_directory(server, tmp_path):
    refused("--port", server.port, "--data-dir", tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_who_has_the_data_directory_goes_on(server):
    api = Api(server.port)
    api.kinesis("CreateStream", StreamName="before", ShardCount=1)
    said = refused("--port", free_port(), "--data-dir", server.data_dir)
    assert f"pid {server.process.pid}" in said
    api.kinesis("CreateStream", StreamName="after", ShardCount=1)
    server.kill()
    server.start()
    assert Api(server.port).kinesis("ListStreams")["StreamNames"] == ["after", "before"]


def test_a_full_disk_at_the_first_start(tmp_path):
    with small_disk(tmp_path / "mount", "64k") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 65536)
        assert "No space left" in refused("--port", free_port(), "--data-dir", disk / "data")
        assert set(files_below(disk)) <= {"ballast", "data/lock"}


def test_a_function_that_no_longer_fits_on_the_disk_leaves_nothing(tmp_path, client_of):
    small = zip_of({"index.py": "def handler(event, context): return 1"})
    large = zip_of({"index.py": "def handler(event, context): return 2", "ballast.bin": os.urandom(3 << 20)})
    with small_disk(tmp_path / "mount", "24m") as disk, Server(disk / "data") as server:
        lambdas = client_of(server, "lambda")
        lambdas.create_function(FunctionName="old", Runtime="python3.12", Handler="index.handler", Role=ROLE, Code={"ZipFile": small})
        free = os.statvfs(disk)
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * (free.f_bavail * free.f_frsize - (1 << 20)))
        before = files_below(disk)
        with pytest.raises(botocore.exceptions.ClientError):
            lambdas.create_function(FunctionName="new", Runtime="python3.12", Handler="index.handler", Role=ROLE, Code={"ZipFile": large})
        with pytest.raises(botocore.exceptions.ClientError):
            lambdas.update_function_code(FunctionName="old", ZipFile=large)
        assert files_below(disk) == before
        assert [function["FunctionName"] for function in lambdas.list_functions()["Functions"]] == ["old"]
        assert lambdas.invoke(FunctionName="old")["Payload"].read() == b"1", "the old code still runs"
        ballast.unlink()
        lambdas.update_function_code(FunctionName="old", ZipFile=large)
        assert lambdas.invoke(FunctionName="old")["Payload"].read() == b"2"


def test_a_folder_with_somebodys_own_files_is_left_alone(tmp_path):
    for name in ("functions/hello/app.py", "code/main.py", "backup/db.dump"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("mine")
    before = files_below(tmp_path)
    assert "in it and holds nothing of millrace" in refused("--port", free_port(), "--data-dir", tmp_path)
    assert files_below(tmp_path) == before


def fill(disk):
    """Leaves no byte to others than those who have reserved some."""
    with open(disk / "ballast", "wb", buffering=0) as ballast, contextlib.suppress(OSError):
        while ballast.write(b"x" * 65536):
            pass


def test_a_full_disk_holds_a_mapping_up_only_while_it_is_full(tmp_path, client_of):
    code = "import base64, time\ndef handler(event, context):\n  time.sleep(2)\n" \
           "  for record in event['Records']: print('got', base64.b64decode(record['kinesis']['data']).decode()[:9])"
    with small_disk(tmp_path / "mount", "24m") as disk, Server(disk / "data") as server:
        api = Api(server.port)
        api.kinesis("CreateStream", StreamName="s", ShardCount=1)
        lambdas = client_of(server, "lambda")
        lambdas.create_function(FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=ROLE, Code={"ZipFile": zip_of({"index.py": code})})
        lambdas.create_event_source_mapping(FunctionName="f", StartingPosition="TRIM_HORIZON",
                                            EventSourceArn="arn:aws:kinesis:us-east-1:000000000000:stream/s")

        def put(text):
            api.kinesis("PutRecord", StreamName="s", PartitionKey="k", Data=base64.b64encode(text.encode()).decode())

        put("before")
        time.sleep(0.5)  # the function has it, and its checkpoint is still to come
        fill(disk)
        for size in (100_000, 1_000, 1):
            with pytest.raises(Exception, match="no space"):
                for _ in range(1_000):
                    put("x" * size)
        server.wait_for_line(lambda line: "its checkpoint cannot be written" in line.get("message", ""))
        (disk / "ballast").unlink()
        put("after")
        server.wait_for_line(lambda line: line.get("message", "").strip() == "got after")


def test_a_start_on_a_full_disk_can_read_what_is_there(tmp_path):
    with small_disk(tmp_path / "mount", "24m") as disk, Server(disk / "data") as server:
        Api(server.port).kinesis("CreateStream", StreamName="s", ShardCount=1)
        fill(disk)
        server.stop()
        server.start()
        assert Api(server.port).kinesis("ListStreams")["StreamNames"] == ["s"]

"""Answers that are streamed, from our Node.js bootstrap, AWS's own client for Node.js, and the sdk: to boto3, and to whoever calls a URL."""

import base64
import json
import shutil
import socket
import time

import pytest

from runtimes.probes import BUILT, SOURCES, run, tool
from support.server import ROOT, eventually

ROLE = "arn:aws:iam::000000000000:role/any"
PIECES = b"piece 0\npiece 1\npiece 2\n"


def pack_node(folder):
    shutil.copy(SOURCES / "streaming" / "stream.mjs", folder)


def pack_node_with_client(folder):
    npm = tool("npm")
    shutil.copy(SOURCES / "node" / "package.json", folder)
    run(npm, "install", "--silent", "--no-audit", "--no-fund", cwd=folder)
    pack_node(folder)


def pack_sdk(folder):
    run("clang++-19", "-std=c++20", "-O0", f"-I{ROOT}/sdk/include", SOURCES / "streaming" / "stream.cc", "-lcurl", "-o", folder / "bootstrap")


KINDS = {"node": (pack_node, "nodejs20.x"), "node-client": (pack_node_with_client, "nodejs20.x"), "sdk": (pack_sdk, "provided.al2023")}


@pytest.fixture(scope="module", params=KINDS)
def packed(request):
    pack, runtime = KINDS[request.param]
    folder = BUILT / f"streaming-{request.param}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pack(folder)
    return runtime, folder


@pytest.fixture
def functions(client, unique, packed):
    runtime, folder = packed
    api = client("lambda")
    api.create_function(FunctionName=unique, Runtime=runtime, Handler="stream.handler", Role=ROLE, Timeout=30, MemorySize=512,
                        Code={"S3Bucket": "__local__", "S3Key": str(folder)})
    return api


def stream(functions, name, log_type="None", **event):
    """[(seconds since the call, event)]"""
    begin = time.monotonic()
    output = functions.invoke_with_response_stream(FunctionName=name, Payload=json.dumps(event), LogType=log_type)
    assert output["ExecutedVersion"] == "$LATEST"
    return [(time.monotonic() - begin, one) for one in output["EventStream"]]


def payload_of(events):
    return b"".join(event["PayloadChunk"]["Payload"] for _, event in events if "PayloadChunk" in event)


def fetch(url, path):
    """[(seconds since the call, bytes)] by a socket: names below localhost are not for every resolver."""
    host = url.split("/")[2]
    with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), 20) as connection:
        begin = time.monotonic()
        connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        pieces = []
        while piece := connection.recv(1 << 16):
            pieces.append((time.monotonic() - begin, piece))
    return pieces


def test_pieces_arrive_as_they_are_written(functions, unique):
    stream(functions, unique, do="stream", pause=0)  # the process is warm now
    events = stream(functions, unique, do="stream", pause=400)
    assert payload_of(events) == PIECES
    assert events[-1][1] == {"InvokeComplete": {}}
    assert events[0][0] < 0.4 and events[-1][0] > 1.1, "the first piece did not wait for the last"


def test_a_function_that_fails_says_so_at_the_end(functions, unique):
    early = stream(functions, unique, do="fail")
    assert len(early) == 1 and early[0][1]["InvokeComplete"]["ErrorCode"] == "Unhandled"
    details = json.loads(early[0][1]["InvokeComplete"]["ErrorDetails"])
    assert (details["errorType"], details["errorMessage"]) == ("RangeError", "failed as told")
    late = stream(functions, unique, do="fail-late", pause=0)
    assert payload_of(late) == PIECES
    assert json.loads(late[-1][1]["InvokeComplete"]["ErrorDetails"])["errorType"] == "RangeError"
    gone = stream(functions, unique, do="exit", pause=0)
    assert gone[-1][1]["InvokeComplete"]["ErrorCode"] == "Unhandled"
    assert payload_of(stream(functions, unique, do="stream", pause=0)) == PIECES, "the function goes on"


def test_the_log_comes_with_the_end(functions, unique):
    log = base64.b64decode(stream(functions, unique, "Tail", do="stream", pause=0)[-1][1]["InvokeComplete"]["LogResult"])
    assert b"REPORT RequestId" in log


def test_a_caller_without_streams_gets_it_whole(functions, unique):
    output = functions.invoke(FunctionName=unique, Payload=json.dumps({"do": "stream", "pause": 0}))
    assert output["Payload"].read() == PIECES
    output = functions.invoke(FunctionName=unique, Payload=json.dumps({"do": "fail-late", "pause": 0}))
    assert output["FunctionError"] == "Unhandled" and json.loads(output["Payload"].read())["errorType"] == "RangeError"
    output = functions.invoke(FunctionName=unique, Payload=json.dumps({"do": "stream", "count": 7, "bytes": 1 << 20, "pause": 0}))
    assert json.loads(output["Payload"].read())["errorType"] == "Function.ResponseSizeTooLarge"


def test_streams_may_be_longer_than_six_megabytes(functions, unique):
    events = stream(functions, unique, do="stream", count=20, bytes=1 << 20, pause=0)
    assert payload_of(events) == b"x" * (20 << 20) and events[-1][1] == {"InvokeComplete": {}}


def test_a_url_passes_pieces_on(functions, unique):
    url = functions.create_function_url_config(FunctionName=unique, AuthType="NONE", InvokeMode="RESPONSE_STREAM")["FunctionUrl"]
    fetch(url, "stream")
    pieces = fetch(url, "http")
    head, _, body = b"".join(piece for _, piece in pieces).partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0].startswith("http/1.1 418") and "x-mine: 1" in lines and "content-type: text/html" in lines
    assert "set-cookie: a=1" in lines and "set-cookie: b=2" in lines
    assert body.count(b"piece") == 3 and body.endswith(b"0\r\n\r\n")
    assert pieces[0][0] < 0.3 and pieces[-1][0] > 0.8
    plain = b"".join(piece for _, piece in fetch(url, "stream"))
    assert b"Content-Type: text/plain" in plain
    assert b"502 Bad Gateway" in b"".join(piece for _, piece in fetch(url, "fail"))
    late = b"".join(piece for _, piece in fetch(url, "fail-late"))
    assert b"piece 2" in late and not late.endswith(b"0\r\n\r\n"), "a client must see that it is not whole"


def test_a_url_without_streams_gathers_them(functions, unique):
    url = functions.create_function_url_config(FunctionName=unique, AuthType="NONE")["FunctionUrl"]
    assert b"".join(piece for _, piece in fetch(url, "stream")).endswith(PIECES)


def test_a_client_that_goes_does_not_stop_the_function(functions, unique):
    output = functions.invoke_with_response_stream(FunctionName=unique, Payload=json.dumps({"do": "stream", "pause": 100}))
    next(iter(output["EventStream"]))
    output["EventStream"].close()
    assert payload_of(stream(functions, unique, do="stream", pause=0)) == PIECES
    eventually(lambda: functions.get_function(FunctionName=unique))

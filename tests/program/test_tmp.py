"""The /tmp of functions: their own, or with --shared-tmp the machine's."""

import errno
import json
import os
import pathlib

import pytest

from conftest import make_client
from support.namespaces import NEEDS_NAMESPACES
from support.packages import zip_of
from support.server import Server, eventually

SCRIPT = """#!/bin/sh
echo x >/tmp/$MARKER 2>&- && [ -e /tmp/$MARKER.ours ] && found=1
touch "RESULTS/saw.${found:-0}"
sleep 1000
"""


@pytest.fixture
def run(tmp_path, unique):
    """Starts a function whose file goes to /tmp; whether it saw what is ours there, and whether we see what is its own."""
    ours = pathlib.Path("/tmp") / f"{unique}.ours"
    ours.touch()

    def run(*arguments):
        results = tmp_path / "results"
        results.mkdir()
        with Server(tmp_path / "data", *arguments) as server:
            lambdas = make_client(server.endpoint, "lambda")
            lambdas.create_function(FunctionName="f", Runtime="provided.al2023", Handler="any", Role="arn:aws:iam::000000000000:role/any",
                                    Code={"ZipFile": zip_of({"bootstrap": SCRIPT.replace("RESULTS", str(results))})}, Timeout=2, Environment={"Variables": {"MARKER": unique}})
            lambdas.invoke(FunctionName="f", InvocationType="Event")
            eventually(lambda: list(results.iterdir()))
            return next(results.iterdir()).name == "saw.1", (pathlib.Path("/tmp") / unique).exists()

    yield run
    for name in (unique, f"{unique}.ours"):
        (pathlib.Path("/tmp") / name).unlink(missing_ok=True)


def test_shared_it_is_the_machines(run):
    assert run("--shared-tmp") == (True, True)


@NEEDS_NAMESPACES
def test_it_is_the_functions_own(run):
    assert run() == (False, False)


HANDLER = """
import os
def handler(event, context):
    found = sorted(os.listdir("/tmp"))
    with open("/tmp/" + event["name"], "wb") as file:
        try:
            for _ in range(event["mib"]):
                file.write(bytes(1024 * 1024))
            file.flush()
        except OSError as error:
            return [found, error.errno]
    return [found, os.stat("/tmp/" + event["name"]).st_size]
"""


@NEEDS_NAMESPACES
def test_it_has_its_size(tmp_path, unique):
    with Server(tmp_path / "data") as server:
        lambdas = make_client(server.endpoint, "lambda", read_timeout=60)

        def invoke(name, mib):
            return json.loads(lambdas.invoke(FunctionName="f", Payload=json.dumps({"name": name, "mib": mib}))["Payload"].read())

        lambdas.create_function(FunctionName="f", Runtime="python3.12", Handler="index.handler", Role="arn:aws:iam::000000000000:role/any",
                                Code={"ZipFile": zip_of({"index.py": HANDLER})}, Timeout=20, MemorySize=256)
        found, size = invoke(unique, 1)
        assert size == 1024 * 1024
        assert unique not in os.listdir("/tmp") and set(found) <= {tmp_path.parts[2]}
        assert unique in invoke("more", 510)[0]  # the same process
        assert invoke("more still", 2)[1] == errno.ENOSPC
        lambdas.update_function_configuration(FunctionName="f", EphemeralStorage={"Size": 513})
        eventually(lambda: lambdas.get_function_configuration(FunctionName="f")["LastUpdateStatus"] == "Successful")
        found, size = invoke(unique, 513)
        assert unique not in found and size == 513 * 1024 * 1024


EXTENSION = """#!/usr/bin/env python3
import http.client, os
open("/tmp/from-an-extension", "w").close()
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
api.request("POST", "/2020-01-01/extension/register", '{"events": []}', {"Lambda-Extension-Name": "mine"})
answer = api.getresponse()
answer.read()
api.request("GET", "/2020-01-01/extension/event/next", headers={"Lambda-Extension-Identifier": answer.headers["Lambda-Extension-Identifier"]})
api.getresponse().read()
"""


@NEEDS_NAMESPACES
def test_it_is_shared_with_extensions(tmp_path):
    with Server(tmp_path / "data") as server:
        lambdas = make_client(server.endpoint, "lambda", read_timeout=60)
        layer = lambdas.publish_layer_version(LayerName="l", Content={"ZipFile": zip_of({"extensions/mine": EXTENSION})})["LayerVersionArn"]
        lambdas.create_function(FunctionName="f", Runtime="python3.12", Handler="index.handler", Role="arn:aws:iam::000000000000:role/any", Layers=[layer], Timeout=20,
                                Code={"ZipFile": zip_of({"index.py": "import os\ndef handler(event, context): return os.path.exists('/tmp/from-an-extension')\n"})})
        assert json.loads(lambdas.invoke(FunctionName="f")["Payload"].read()) is True
    assert not os.path.exists("/tmp/from-an-extension")


CRASHES_ONCE = """
import os, time
def handler(event, context):
    if os.path.exists("/tmp/tried"):
        return os.getpid()
    open("/tmp/tried", "w").close()
    time.sleep(60) if event["how"] == "timeout" else os._exit(1)
"""


@NEEDS_NAMESPACES
@pytest.mark.parametrize("how", ["crash", "timeout"])
def test_it_is_there_for_the_next_process_after_a_crash_or_a_timeout(tmp_path, how):
    with Server(tmp_path / "data") as server:
        lambdas = make_client(server.endpoint, "lambda", read_timeout=60)
        lambdas.create_function(FunctionName="f", Runtime="python3.12", Handler="index.handler", Role="arn:aws:iam::000000000000:role/any", Timeout=3,
                                Code={"ZipFile": zip_of({"index.py": CRASHES_ONCE})})
        payload = json.dumps({"how": how})
        assert "FunctionError" in lambdas.invoke(FunctionName="f", Payload=payload)
        assert "FunctionError" not in lambdas.invoke(FunctionName="f", Payload=payload)
    assert not os.path.exists("/tmp/tried")


def test_it_is_the_machines_when_the_environment_names_a_path_in_it(tmp_path, unique):
    told = pathlib.Path("/tmp") / unique
    try:
        with Server(tmp_path / "data") as server:
            lambdas = make_client(server.endpoint, "lambda", read_timeout=60)
            lambdas.create_function(FunctionName="f", Runtime="python3.12", Handler="index.handler", Role="arn:aws:iam::000000000000:role/any", Timeout=20,
                                    Environment={"Variables": {"OUT": str(told)}},
                                    Code={"ZipFile": zip_of({"index.py": "import os\ndef handler(event, context): open(os.environ['OUT'], 'w').write('told')\n"})})
            lambdas.invoke(FunctionName="f")
        assert told.read_text() == "told"
    finally:
        told.unlink(missing_ok=True)

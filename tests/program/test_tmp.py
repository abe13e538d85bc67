"""The /tmp of functions: their own, or with --shared-tmp the machine's."""

import pathlib

import pytest

from conftest import make_client
from support.namespaces import NEEDS_NAMESPACES
from support.packages import zip_of
from support.server import Server, eventually

SCRIPT = """#!/bin/sh
echo x >/tmp/$MARKER 2>&- && [ -e /tmp/$MARKER.ours ] && found=1
touch "$RESULT.${found:-0}"
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
                                    Code={"ZipFile": zip_of({"bootstrap": SCRIPT})}, Timeout=2, Environment={"Variables": {"MARKER": unique, "RESULT": str(results / "saw")}})
            lambdas.invoke(FunctionName="f", InvocationType="Event")
            eventually(lambda: list(results.iterdir()))
            return next(results.iterdir()).name == "saw.1", (pathlib.Path("/tmp") / unique).exists()

    yield run
    for name in (unique, f"{unique}.ours"):
        (pathlib.Path("/tmp") / name).unlink(missing_ok=True)


@NEEDS_NAMESPACES
def test_it_is_the_functions_own(run):
    assert run() == (False, False)


def test_shared_it_is_the_machines(run):
    assert run("--shared-tmp") == (True, True)

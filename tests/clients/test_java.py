"""The AWS SDK for Java v2 with its default settings: CBOR, and events in CBOR."""

import pathlib
import shutil
import subprocess

import pytest

from support.server import ROOT

LIBRARIES = ROOT / "build" / "clients" / "java"


@pytest.mark.skipif(shutil.which("java") is None or not LIBRARIES.is_dir(), reason="needs a JDK 17 and build/clients/java")
def test_streams_and_subscriptions(endpoint, unique):
    source = pathlib.Path(__file__).parent / "java" / "Streams.java"
    command = ["java", "-Xshare:auto", "-cp", f"{LIBRARIES}/*", source, endpoint, unique]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == ["records: ok", "errors: ok", "subscription: ok"]

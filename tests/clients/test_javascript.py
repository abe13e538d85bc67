"""The AWS SDK for JavaScript v3."""

import pathlib
import subprocess

from support.server import ROOT


def test_every_service_once(endpoint, unique):
    script = pathlib.Path(__file__).parent / "javascript" / "pipeline.mjs"
    modules = ROOT / "build" / "clients" / "node"
    done = subprocess.run(["node", script, endpoint, modules, unique], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == ["streams: ok", "subscriptions: ok", "queues: ok", "functions: ok", "stacks: ok"]

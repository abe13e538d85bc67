"""What `millrace deploy` and `destroy` show while a stack with nested stacks changes: as lines, and as a tree on a terminal."""

import codecs
import contextlib
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import urllib.request

import pytest

from support.cli import environment, millrace
from support.server import BINARY, eventually

INNER = """
Resources:
  X: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: DELAY}}
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle, DependsOn: X}
"""
WAITS = "  W: {Type: AWS::CloudFormation::WaitCondition, Properties: {Handle: !Ref Handle, Timeout: 60}}\n"


@pytest.fixture
def write(tmp_path):
    """Writes three templates, of which the innermost has a queue, and may wait for a signal; returns the path of the outermost."""

    def write_them(delay=1, waits=False):
        (tmp_path / "inner.yaml").write_text(INNER.replace("DELAY", str(delay)) + (WAITS if waits else ""))
        (tmp_path / "middle.yaml").write_text("""
Transform: AWS::Serverless-2016-10-31
Resources: {B: {Type: AWS::Serverless::Application, Properties: {Location: inner.yaml}}}
""")
        (tmp_path / "outer.yaml").write_text("""
Resources:
  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: middle.yaml}}
  Last: {Type: AWS::SQS::Queue, DependsOn: A}
""")
        return tmp_path / "outer.yaml"

    return write_them


class Terminal:
    """A command on a terminal, and all that it wrote to it."""

    def __init__(self, *command, lines=24, columns=200):
        own_end, other_end = pty.openpty()
        self.own_end = own_end
        self.resize(lines, columns)
        self.process = subprocess.Popen(command, stdout=other_end, stderr=subprocess.DEVNULL, env={**os.environ, "TERM": "xterm", "NO_COLOR": "1"})
        os.close(other_end)
        self.output = ""
        self.thread = threading.Thread(target=self.read, args=(own_end,))
        self.thread.start()

    def read(self, own_end):
        decoder = codecs.getincrementaldecoder("utf-8")()
        with contextlib.suppress(OSError):  # how a terminal ends
            while piece := os.read(own_end, 10_000):
                self.output += decoder.decode(piece).replace("\r\n", "\n")
        os.close(own_end)

    def resize(self, lines, columns):
        fcntl.ioctl(self.own_end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def drawings(self):
        """The lines of each drawing; each but the first goes up by as many as the one before has."""
        pieces = re.split(r"\r\x1b\[(\d+)A\x1b\[J", self.output)
        drawings = [piece.splitlines() for piece in pieces[::2]]
        assert [len(drawing) for drawing in drawings[:-1]] == [int(up) for up in pieces[1::2]]
        return drawings

    def end(self):
        status = self.process.wait(timeout=60)
        self.thread.join()
        return status


def names_and_statuses(drawing):
    return [(match[1], match[2]) for match in (re.match(r"( *\S+) +([A-Z_]+) ", line) for line in drawing) if match]


def signal_to(client, stack):
    cloudformation = client("cloudformation")
    for name in ("A", "B", "Handle"):
        stack = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=name)["StackResourceDetail"]["PhysicalResourceId"]
    body = json.dumps({"Status": "SUCCESS", "UniqueId": "1", "Data": "", "Reason": ""}).encode()
    urllib.request.urlopen(urllib.request.Request(stack, body, method="PUT")).read()


def told(output):
    """(status, name) of each line that tells an event."""
    return re.findall(r"^\d\d:\d\d:\d\d\.\d{3}  (\w+) +AWS::\S+ +(\S+)", output, re.MULTILINE)


def test_lines_tell_nested_resources_with_their_path(write, endpoint, unique, tmp_path, client):
    output = tmp_path / "output.txt"
    command = [BINARY, "deploy", write(waits=True), "--stack-name", unique, "--endpoint-url", endpoint]
    with output.open("w") as file, subprocess.Popen(command, stdout=file, env=environment(endpoint)) as deploying:
        eventually(lambda: ("CREATE_COMPLETE", "A.B.X") in told(output.read_text()))
        assert deploying.poll() is None, "told while the nested stack is being made"
        signal_to(client, unique)
    assert deploying.returncode == 0
    begun, done = "CREATE_IN_PROGRESS", "CREATE_COMPLETE"
    assert told(output.read_text()) == [
        (begun, unique), (begun, "A"), (begun, "A.B"), (begun, "A.B.X"), (done, "A.B.X"), (begun, "A.B.Handle"), (done, "A.B.Handle"),
        (begun, "A.B.W"), (done, "A.B.W"), (done, "A.B"), (done, "A"), (begun, "Last"), (done, "Last"), (done, unique)]

    changed = told(millrace("deploy", write(delay=2), "--stack-name", unique, endpoint=endpoint).stdout)
    assert [status for status, name in changed if name == "A.B.X"] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]
    assert [status for status, name in changed if name == "A.B.W"] == ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"], "when all is past failing"
    gone = told(millrace("destroy", unique, endpoint=endpoint).stdout)
    assert [status for status, name in gone if name == "A.B.X"] == ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    assert gone[-1] == ("DELETE_COMPLETE", unique)


def test_a_terminal_shows_a_tree_that_lives(write, endpoint, unique, client):
    terminal = Terminal(BINARY, "deploy", write(waits=True), "--stack-name", unique, "--endpoint-url", endpoint)
    eventually(lambda: "    W" in "\n".join(terminal.drawings()[-1]))
    under_way = [(unique, "CREATE_IN_PROGRESS"), ("  A", "CREATE_IN_PROGRESS"), ("    B", "CREATE_IN_PROGRESS"), ("      X", "CREATE_COMPLETE"),
                 ("      Handle", "CREATE_COMPLETE"), ("      W", "CREATE_IN_PROGRESS")]
    eventually(lambda: names_and_statuses(terminal.drawings()[-1]) == under_way)
    signal_to(client, unique)
    assert terminal.end() == 0
    assert names_and_statuses(terminal.drawings()[-1]) == [(name, "CREATE_COMPLETE") for name, _ in under_way] + [("  Last", "CREATE_COMPLETE")]
    gone = Terminal(BINARY, "destroy", unique, "--endpoint-url", endpoint)
    assert gone.end() == 0
    assert ("      X", "DELETE_COMPLETE") in names_and_statuses(gone.drawings()[-1])


def test_the_first_cause_stands_on_top_of_the_tree(write, endpoint, unique):
    terminal = Terminal(BINARY, "deploy", write(delay=9999), "--stack-name", unique, "--endpoint-url", endpoint)
    assert terminal.end() == 1
    drawing = terminal.drawings()[-1]
    assert drawing[0].startswith('A.B.X: Resource handler returned message: "Invalid value for the parameter DelaySeconds.')
    assert names_and_statuses(drawing)[:2] == [(unique, "ROLLBACK_COMPLETE"), ("  A", "DELETE_COMPLETE")]
    assert "Invalid value" in next(line for line in drawing if line.startswith("      X ")), "still after it was taken back"
    millrace("destroy", unique, endpoint=endpoint)


def test_a_tree_larger_than_the_terminal_shows_what_is_under_way(write, endpoint, unique, client):
    terminal = Terminal(BINARY, "deploy", write(waits=True), "--stack-name", unique, "--endpoint-url", endpoint, lines=6, columns=50)
    begun = "CREATE_IN_PROGRESS"
    eventually(lambda: [tuple(line.split()[:2]) for line in terminal.drawings()[-1]][1:] == [("A", begun), ("B", begun), ("W", begun)])
    name, status = terminal.drawings()[-1][0].split()
    head, tail = name.split("…")
    assert unique.startswith(head) and unique.endswith(tail) and status == begun, "a long name is cut, not the status"
    signal_to(client, unique)
    assert terminal.end() == 0
    *live, last = terminal.drawings()
    assert all(len(line) <= 50 for drawing in live for line in drawing) and all(len(drawing) < 6 for drawing in live)
    assert len([line for line in last if "AWS::" in line]) == 7, "all of it stays"
    millrace("destroy", unique, endpoint=endpoint)


def test_a_terminal_made_narrower_keeps_no_old_lines(write, endpoint, unique, client):
    terminal = Terminal(BINARY, "deploy", write(waits=True), "--stack-name", unique, "--endpoint-url", endpoint)
    eventually(lambda: re.search(r" W +CREATE_IN_PROGRESS .*\n$", terminal.output))
    before = re.split(r"\x1b\[J", terminal.output)[-1].splitlines()
    drawings = terminal.output.count("\x1b[J")
    terminal.resize(24, 30)
    signal_to(client, unique)
    assert terminal.end() == 0
    up = int(re.findall(r"\x1b\[(\d+)A\x1b\[J", terminal.output)[drawings])
    assert up == sum(-(-len(line) // 30) for line in before) > len(before), "as many rows as the terminal breaks the lines into"
    millrace("destroy", unique, endpoint=endpoint)


def test_a_failure_of_the_stack_itself_is_told(endpoint, unique, tmp_path):
    (tmp_path / "app.yaml").write_text("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue nowhere}}}")
    done = millrace("deploy", str(tmp_path / "app.yaml"), "--stack-name", unique, endpoint=endpoint, check=False)
    assert done.returncode == 1
    assert f"stack {unique} ended in ROLLBACK_COMPLETE: No export named nowhere found. Rollback requested by user." in done.stderr

"""A kill in every state of a stack's life.

An operation is run once, undisturbed. Then the journal is cut behind a frame that the operation wrote, which is what a kill or a loss of
power leaves; the server is started on that, and when the stack has come to rest, there must be what its status says: all that its template
makes, and nothing else. From there each way that is open must lead on, and the deletion to nothing. MILLRACE_KILLS says how many frames
are tried (from 600 on all, each with all ways), MILLRACE_SEED repeats the choice."""

import collections
import contextlib
import itertools
import math
import os
import random
import shutil
import struct
import time

import botocore.exceptions
import pytest
from aws_json import Api
from conftest import make_client
from crash.stack_scenarios import GIVEN, GIVEN_OBJECTS, NOTHING, SCENARIOS, UNSETTLED, create
from crash.stacks import EMPTY, SETTLED, look, wait_for_rest
from support.packages import zip_of
from support.server import Server, free_port

ONE_IN = max(1, 600 // int(os.environ.get("MILLRACE_KILLS", "20")))
SEED = int(os.environ.get("MILLRACE_SEED", str(time.time_ns() % 1_000_000)))
KILLED_AGAIN = 0.25  # of the recoveries
SEGMENT_HEADER = 24  # octets: docs/formats/journal.md
FRAME_HEADER = struct.Struct("<II3sBIQQQ")  # length of the payload, checksum, "MRF", ...
STACK = "life"
FAILURES_SHOWN = 10


def segment_of(data_dir):
    return max((data_dir / "journal").glob("*.segment"))


def frame_ends(data_dir, begin=0):
    """Where frames end in the newest segment, from there on."""
    journal = segment_of(data_dir).read_bytes()
    end = SEGMENT_HEADER
    while journal[end + 8:end + 11] == b"MRF":
        end += FRAME_HEADER.size + FRAME_HEADER.unpack_from(journal, end)[0]
        if end >= begin:
            yield end


def cut(data_dirs, end, into):
    """The last of these with its journal up to there. What lies beside the journal is that of all: more than a kill would leave, never less."""
    for data_dir in data_dirs:
        shutil.copytree(data_dir, into, dirs_exist_ok=True)
    os.truncate(segment_of(into), end)
    return into


class Bench:
    """Servers one after another on one port, so that clients and the URLs of queues stay good."""

    def __init__(self, directory):
        self.directories = (directory / str(number) for number in itertools.count())
        self.port = free_port()
        self.clients = {}
        self.worlds = {}

    def client(self, service):
        if service not in self.clients:
            self.clients[service] = make_client(f"http://127.0.0.1:{self.port}", service)
        return self.clients[service]

    def fresh(self):
        return next(self.directories)

    @contextlib.contextmanager
    def serve(self, data_dir):
        server = Server(data_dir, "--fsync", "never", port=self.port).start()
        try:
            yield
        finally:
            ended = server.process.poll()
            server.kill()
        assert ended is None and not server.errors, (ended, "".join(server.errors))

    def give(self):
        """What is there before every stack."""
        self.client("s3").create_bucket(Bucket=GIVEN)
        for key, content in GIVEN_OBJECTS.items():
            self.client("s3").put_object(Bucket=GIVEN, Key=key, Body=content)
        self.client("s3").put_object(Bucket=GIVEN, Key="layer.zip", Body=zip_of({"python/layer.py": ""}))
        self.client("sqs").create_queue(QueueName="taken")

    def rest(self):
        return wait_for_rest(self.client("cloudformation"))

    def status(self, name=STACK):
        """And why, where it says so."""
        stacks = {stack["StackName"]: (stack["StackStatus"], stack.get("StackStatusReason", "")) for stack in self.rest()}
        return stacks.get(name, (None, ""))

    def look(self):
        return look(self.client, Api(self.port), self.rest())

    def run(self, step):
        options = {"StackName": STACK, **step.options}
        getattr(self.client("cloudformation"), step.call)(**options)
        status, reason = self.status(options["StackName"])
        assert status == step.ends, f"{step.call} ended in {status}, not in {step.ends}: {reason}"

    def world_of(self, template):
        """What there is when a stack was made from this in peace."""
        if template not in self.worlds:
            with self.serve(self.fresh()):
                self.give()
                if template != NOTHING:
                    self.run(create(template))
                self.worlds[template] = self.look()
        return self.worlds[template]


class Life:
    """A scenario, and what becomes of its stack after a kill."""

    def __init__(self, bench, scenario):
        self.bench = bench
        self.found = scenario.found
        self.records = []
        self.before, self.whole = bench.fresh(), bench.fresh()
        for template in scenario.templates():  # while no other server runs
            bench.world_of(template)
        with bench.serve(self.whole):
            bench.give()
            for step in scenario.before:
                bench.run(step)
            self.put_records()
            shutil.copytree(self.whole, self.before)
            for step in scenario.operation:
                bench.run(step)
        self.ends = list(frame_ends(self.whole, begin=max(frame_ends(self.before))))

    def put_records(self):
        kinesis = self.bench.client("kinesis")
        for stream in kinesis.list_streams()["StreamNames"]:
            self.records = [f"record {number}" for number in range(10, 30)]
            kinesis.put_records(StreamName=stream, Records=[{"Data": data, "PartitionKey": data} for data in self.records])

    def kill(self, end, turn, chance):
        """A kill behind the frame that ends there; then one of the ways on."""
        data_dir = cut([self.before, self.whole], end, self.bench.fresh())
        if chance.random() < KILLED_AGAIN:
            with self.bench.serve(data_dir):
                self.bench.rest()
            again = chance.choice(list(frame_ends(data_dir, begin=end)))
            data_dir = cut([self.before, self.whole, data_dir], again, self.bench.fresh())
        with self.bench.serve(data_dir):
            status, reason = self.bench.status()
            assert status in self.found, f"came to {status}: {reason}"
            template, ways = self.found[status]
            self.check(template, status)
            for step in ways[turn % len(ways)] if ways else []:
                self.bench.run(step)
                self.check(step.leaves, f"{step.call} after {status}")
            self.delete_all(status)
        shutil.rmtree(data_dir)

    def check(self, template, when):
        if template is UNSETTLED:
            return
        unsettled = [stack["StackStatus"] for stack in self.bench.rest() if stack["StackStatus"] not in SETTLED | EMPTY]
        assert not unsettled, f"{when}: there are stacks in {unsettled}"
        expected, found = dict(self.bench.world_of(template)), self.bench.look()
        expected["records"] = self.records if expected["streams"] else []
        there, due = ({what: collections.Counter(map(str, world[what])) for what in expected} for world in (found, expected))
        more, less = ({what: dict(a[what] - b[what]) for what in expected if a[what] - b[what]} for a, b in ((there, due), (due, there)))
        assert not more and not less, f"{when}: too much: {more}, too little: {less}"

    def delete_all(self, status):
        stacks = [stack["StackName"] for stack in self.bench.rest() if not stack.get("ParentId")]
        for name in sorted(stacks, key=STACK.__eq__):  # the stack comes last: another one may import from it
            self.bench.client("cloudformation").delete_stack(StackName=name)
            left, reason = self.bench.status(name)
            assert left is None, f"deletion of {name} after {status} ended in {left}: {reason}"
        self.check(NOTHING, f"deletion after {status}")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Bench(tmp_path_factory.mktemp("frames"))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_stack_is_what_its_status_says_after_a_kill_behind_any_frame(bench, name):
    life = Life(bench, SCENARIOS[name])
    turns = range(max(1, *(len(ways) for _, ways in life.found.values())))
    kills = list(itertools.product(range(len(life.ends)), turns))
    chosen = random.Random(f"{SEED} {name}").sample(kills, math.ceil(len(kills) / ONE_IN))
    print(f"seed {SEED}: {len(chosen)} of {len(kills)} kills")
    failures = []
    for frame, turn in chosen:
        try:
            life.kill(life.ends[frame], turn, random.Random(f"{SEED} {name} {frame} {turn}"))
        except (AssertionError, botocore.exceptions.ClientError) as error:
            failures.append(f"seed {SEED}, frame {frame} of {len(life.ends)}, way {turn}: " + str(error).partition("\nassert")[0])
    if failures:
        pytest.fail("\n".join([f"{len(failures)} of {len(chosen)} kills:", *failures[:FAILURES_SHOWN]]), pytrace=False)

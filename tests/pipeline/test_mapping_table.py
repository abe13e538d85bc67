"""Every property of event source mappings, as a table: each row is led through a happy run, a failing function, two SIGKILLs of Millrace in the
middle and, when its source is a stream, a split and a merge. All rows of a run share one server; each row is then judged by itself."""

import collections
import dataclasses
import json

import pytest

from conftest import make_client
from support.mapping_world import KEYS, World

ON_FAILURE = {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:000000000000:on-failure-dead"}}}
WANTED = {"keep": [True]}


def filters(pattern):
    return {"FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)}]}}


@dataclasses.dataclass
class Case:
    properties: dict
    marks: dict = dataclasses.field(default_factory=lambda: {"flaky": 2})  # of one record, when the function is to fail
    attempts: int | None = None  # at a poisonous record
    batch_max: int = 100
    calls_max: int | None = None  # of a happy run
    at_once: int = 1  # invocations, of each shard
    queue: bool = False
    suffix: str = ""
    fifo: dict = dataclasses.field(default_factory=dict)
    shards: int = 1
    early: bool = False  # records that the starting position leaves out
    consumer: bool = False
    filtered: bool = False
    updates: tuple = ({}, {})  # of the mapping, before and after each put


POISON = {"poison": True}
REPORT = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
OFF_AND_ON = ({"Enabled": False}, {"Enabled": True})
FIFO = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}

CASES = {
    "trim-horizon": Case({"StartingPosition": "TRIM_HORIZON"}, shards=2),
    "latest": Case({"StartingPosition": "LATEST"}, early=True),
    "at-timestamp": Case({"StartingPosition": "AT_TIMESTAMP"}, early=True),
    "batch-size": Case({"BatchSize": 3}, batch_max=3),
    "window": Case({"BatchSize": 12, "MaximumBatchingWindowInSeconds": 1}, batch_max=12, calls_max=4),
    "lanes": Case({"ParallelizationFactor": 4, "BatchSize": 2}, batch_max=2, at_once=4),
    "lanes-shards": Case({"ParallelizationFactor": 10, "BatchSize": 1}, batch_max=1, shards=2, at_once=10),
    "bisect": Case({"BisectBatchOnFunctionError": True, "MaximumRetryAttempts": 0}, marks=POISON),
    "retries": Case({"MaximumRetryAttempts": 2, "BatchSize": 1}, marks=POISON, attempts=3, batch_max=1),
    "record-age": Case({"MaximumRecordAgeInSeconds": 60, "BatchSize": 4}, batch_max=4),
    "report": Case({**REPORT, "MaximumRetryAttempts": 1, "BisectBatchOnFunctionError": True}, marks=POISON),
    "on-failure": Case({**ON_FAILURE, "MaximumRetryAttempts": 1, "BatchSize": 1}, marks=POISON, attempts=2, batch_max=1),
    "filter": Case({**filters({"data": WANTED}), "BatchSize": 5}, batch_max=5, filtered=True),
    "tumbling": Case({"TumblingWindowInSeconds": 2, "BatchSize": 5}, batch_max=5),
    "tumbling-bisect": Case({"TumblingWindowInSeconds": 2, **REPORT, "BisectBatchOnFunctionError": True, "MaximumRetryAttempts": 1}, marks=POISON),
    "consumer": Case({"BatchSize": 4}, batch_max=4, consumer=True, shards=2),
    "enabled": Case({"Enabled": False, "BatchSize": 2}, batch_max=2, updates=OFF_AND_ON),
    "updated": Case({"BatchSize": 2}, batch_max=4, at_once=3,
                    updates=({"ParallelizationFactor": 3, "BatchSize": 1}, {"ParallelizationFactor": 1, "BatchSize": 4})),
    "queue-enabled": Case({"Enabled": False, "BatchSize": 2}, batch_max=2, queue=True, updates=OFF_AND_ON),
    "queue": Case({"BatchSize": 4}, batch_max=4, queue=True),
    "queue-window": Case({"BatchSize": 20, "MaximumBatchingWindowInSeconds": 1}, batch_max=20, calls_max=6, queue=True),
    "queue-concurrency": Case({"ScalingConfig": {"MaximumConcurrency": 2}, "BatchSize": 1}, marks=POISON, attempts=2, batch_max=1, queue=True,
                              at_once=2),
    "queue-report": Case({**REPORT, "BatchSize": 10}, marks=POISON, attempts=2, batch_max=10, queue=True),
    "queue-filter": Case({**filters({"body": WANTED}), "BatchSize": 5}, batch_max=5, filtered=True, queue=True, marks={"flaky": 1}),
    "queue-fifo": Case({"BatchSize": 1}, batch_max=1, queue=True, suffix=".fifo", fifo=FIFO, at_once=len(KEYS), marks={"flaky": 1}),
}
for case in CASES.values():
    if case.queue and case.marks == {"flaky": 2}:
        case.marks = {"flaky": 1}  # the second failure makes a dead letter

STREAMS = {name: case for name, case in CASES.items() if not case.queue}


def lead_happily(world):
    world.each(world.put)
    world.each(world.put)


def lead_through_failures(world):
    world.each(lambda name: world.put(name, **world.cases[name].marks))
    world.each(world.put)


def lead_through_crashes(world):
    # Before the third batch of a window is handed over, the first one is checkpointed, with its state.
    some = {name: 3 if name == "tumbling" else 1 for name in world.cases if name != "queue-window"}
    for _ in range(2):
        before = world.calls()
        world.each(world.put)
        world.wait_for_calls(before, some)
        before = world.calls()
        world.each(world.put)
        world.wait_for_calls(before, dict.fromkeys(some, 1), share=0.5)
        world.crash()
    world.each(world.put)


def lead_through_reshards(world):
    for change in (world.split, world.merge, world.split):
        world.each(world.put)
        world.each(change)
    world.each(world.put)


RUNS = {
    "happy": (lead_happily, CASES),
    "failing": (lead_through_failures, CASES),
    "killed": (lead_through_crashes, CASES),
    "reshard": (lead_through_reshards, STREAMS),
}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """run -> (World, {case: Seen}), each led once, also when that fails."""
    led = {}

    def lead(run):
        if run not in led:
            led[run] = None
            do, cases = RUNS[run]
            # A message whose receives were all cut off by a kill is a dead letter, as on AWS.
            with World(tmp_path_factory.mktemp(run) / "world", lambda server, service, **more: make_client(server.endpoint, service, **more),
                       cases, receives_max=2 if run == "failing" else 10) as world:
                do(world)
                world.wait()
                world.sequence_numbers = {name: world.sequence_number(name, *world.given_up[name][0])
                                          for name in world.given_up if world.given_up[name] and name in STREAMS}
                led[run] = world, {name: world.seen(name) for name in cases}
        assert led[run], "the run failed before"
        return led[run]

    return lead


@pytest.mark.parametrize("run, name", [(run, name) for run, (_, cases) in RUNS.items() for name in cases])
def test_a_property_is_obeyed(worlds, run, name):
    world, seen = worlds(run)
    case, seen = CASES[name], seen[name]
    taken = seen.taken()
    assert set(world.expected[name]) == set(taken), "nothing is lost, and nothing comes that is not wanted"
    assert max(len(call["given"]) for call in seen.calls) <= case.batch_max
    assert all(call["source"] == world.consumers.get(name, call["source"]) for call in seen.calls)
    if not case.queue or case.fifo:
        check_order(world.expected[name], taken)
    check_copies(run, case, taken)
    if run != "reshard" and (not case.queue or case.at_once > 1):
        assert seen.at_once() <= case.at_once * case.shards
    if run == "happy" and case.at_once > 1 and name != "updated":
        assert seen.at_once() > 1, "batches run side by side"
    if run == "happy" and case.calls_max:
        assert len(seen.calls) <= case.calls_max
    if run == "failing":
        check_failures(world, name, seen)
    if "TumblingWindowInSeconds" in case.properties:
        check_windows(world.expected[name], seen)


def check_order(expected, taken):
    """At least once: a batch may come again, but nothing overtakes what was put before it under its key."""
    for key in KEYS:
        wanted = [n for its_key, n in expected if its_key == key]
        highest = -1
        for n in (n for its_key, n in taken if its_key == key):
            assert wanted.index(n) <= highest + 1, f"{key}: {n} after {wanted[highest]}"
            highest = max(highest, wanted.index(n))


def check_copies(run, case, taken):
    """A crash repeats at most what ran; a failure only what failed with it."""
    most = collections.Counter(taken).most_common(1)[0][1]
    assert most <= (3 if run == "killed" else 1), "delivered more often than AWS permits"


def check_failures(world, name, seen):
    case = CASES[name]
    for key, n in world.given_up[name]:
        if case.attempts:
            assert seen.times_given(key, n) == case.attempts
        else:
            assert seen.times_given(key, n) >= 1
    if name not in world.queue_urls:
        return
    dead = world.dead_letters[name]
    assert len(dead) == len(world.given_up[name])
    if name == "on-failure":
        record, number = dead[0], world.sequence_numbers[name]
        assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
        assert record["requestContext"]["approximateInvokeCount"] == case.attempts
        batch = record["KinesisBatchInfo"]
        assert (batch["startSequenceNumber"], batch["endSequenceNumber"], batch["batchSize"]) == (number, number, 1)


def check_windows(expected, seen):
    """What the ends of windows sum up is each record once: also when Millrace was killed, or the shards changed, in between."""
    finals = collections.defaultdict(list)
    for call in seen.calls:
        if call["final"] and call["ok"]:
            assert call["given"] == []
            finals[call["shard"], call["window"]["start"]].append(call["state"])
    summed = collections.Counter()
    for window, states in finals.items():
        assert all(state == states[0] for state in states), f"{window} ended with different states"
        summed.update(states[0])
    assert summed == collections.Counter(f"{key}:{n}" for key, n in expected)

"""Many clients of standard and FIFO queues with dead-letter queues, through kills and restarts; then the checker looks at all they saw.

MILLRACE_SECONDS and MILLRACE_KILLS make the run longer, MILLRACE_SEED repeats its choices (not its interleavings). A history in
which something is wrong is kept in MILLRACE_HISTORY, a folder, or in the test's own."""

import collections
import os
import pathlib
import random
import time

from history.checker import check
from history.events import Receive
from history.workload import Run
from support.server import Server

SECONDS = float(os.environ.get("MILLRACE_SECONDS", "7"))
KILLS = int(os.environ.get("MILLRACE_KILLS", "4"))
SEED = int(os.environ.get("MILLRACE_SEED", str(random.randrange(10**6))))
# Answers that are lost without a kill.
FAULTS = [f"sqs:{operation} lose-reply={share}% seed={SEED % 1000 + 1}" for operation, share in (
    ("SendMessage", 3), ("SendMessageBatch", 2), ("DeleteMessage", 2), ("DeleteMessageBatch", 1), ("ChangeMessageVisibility", 2),
    ("ReceiveMessage", 0.2))]
ROUND_SECONDS_MAX = 45  # so that what is kept in memory stays small


def summary(history):
    calls = collections.Counter((type(call).__name__, call.outcome) for call in history.calls)
    received = sum(len(receive.messages) for receive in history.of(Receive))
    told = ", ".join(f"{count} {kind} {outcome}" for (kind, outcome), count in sorted(calls.items()))
    return f"{len(history.restarts)} restarts, {received} messages handed out, calls: {told}"


def test_queues_keep_their_promises_through_kills(tmp_path):
    rounds = max(1, round(SECONDS / ROUND_SECONDS_MAX))
    print(f"seed {SEED}, {SECONDS:g} s, {KILLS} kills, {rounds} rounds", flush=True)
    with Server(tmp_path / "data", *(word for fault in FAULTS for word in ("--fault", fault))) as server:
        for number in range(rounds):
            run = Run(server, SEED, f"r{number}")
            run.work(SECONDS / rounds, KILLS * (number + 1) // rounds - KILLS * number // rounds)
            run.drain()
            began = time.monotonic()
            found = check(run.history)
            print(f"round {number + 1}: {summary(run.history)}; checked in {time.monotonic() - began:.1f} s", flush=True)
            if found:
                kept = pathlib.Path(os.environ.get("MILLRACE_HISTORY", tmp_path)) / f"history-{SEED}-{number}.jsonl"
                run.history.save(kept)
                told = "\n".join(f"{violation.rule}: {violation.text}" for violation in found[:20])
                raise AssertionError(f"{len(found)} violations, seed {SEED}, history in {kept}\n{told}")
            assert len(run.history.calls) > 50 * SECONDS / rounds

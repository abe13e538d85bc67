"""The loads of the benchmarks, each against any server (a World). Each returns figures by name; throughput is in units (records, messages)
a second, latency in microseconds."""

import contextlib
import http.client
import json
import pathlib
import statistics
import tempfile
import time

import fan_out
import loader
from aws_json import Api, blob

RECORD_BYTES = 1024
DRAIN_SECONDS_MAX = 60


def _figures(report, **more):
    return {"per_second": report["units_per_second"], "median_us": report["latency"]["median_us"], "p99_us": report["latency"]["p99_us"],
            "units": report["units"], "failed": report["failed"], "client_cpu_share": report["client_cpu_share"], **more}


def _run(world, load, settings, seconds, **options):
    loader_options = {"seconds": seconds, "warm": 0, **options}
    return loader.run(load, world.port, settings, query=world.query, **loader_options)


def load(world, name, settings, seconds, **options):
    """Throughput, after a second that does not count."""
    with contextlib.suppress(loader.LoadError):  # a slow server has not answered by then
        _run(world, name, settings, 1, **options)
    return _figures(_run(world, name, settings, seconds, **options))


def put_record(world, seconds):
    world.stream("bench")
    return load(world, "put_record", {"stream": "bench"}, seconds)


def put_record_http2(world, seconds):
    world.stream("bench")
    return load(world, "put_record", {"stream": "bench"}, seconds, http2=16, connections=4)


def put_record_open(world, seconds, rate=1000):
    world.stream("bench")
    return load(world, "put_record", {"stream": "bench"}, seconds, rate=rate)


def put_records(world, seconds):
    world.stream("bench")
    return load(world, "put_records", {"stream": "bench"}, seconds)


def put_records_small(world, seconds):
    world.stream("small")
    return load(world, "put_records_small", {"stream": "small"}, seconds)


def get_records(world, seconds):
    """Of a stream that put_records has filled, or fills now."""
    world.stream("bench")
    _run(world, "put_records", {"stream": "bench"}, 1)
    figures = load(world, "get_records", {"stream": "bench", "shards": 4}, 2 * seconds)  # an answer may be 10 MB
    if not figures["units"]:
        raise loader.LoadError(f"no records within {2 * seconds} s")
    return {**figures, "megabytes_per_second": figures["per_second"] * RECORD_BYTES / 1e6}


def subscribe(world, rounds=300):
    """PutRecord sent until a subscriber has the event."""
    world.stream("bench-fan-out", 1)
    took, _ = fan_out.push_latency(world, rounds, "bench-fan-out")
    return {"median_us": 1000 * statistics.median(took), "p99_us": 1000 * took[int(len(took) * 0.99)]}


def send(world, seconds, name="send_message"):
    return load(world, name, world.queue("bench-" + name.replace("_", "-")), seconds)


def receive_delete(world, seconds):
    """Of a queue filled before with more than can be read meanwhile, or as much as five seconds fill."""
    settings = world.queue("bench-receive")
    _run(world, "send_batch", settings, max(2, 1.5 * seconds))
    return _figures(_run(world, "receive_delete", settings, seconds))


def receive_waiting(world, messages=1_000_000, seconds_max=120):
    """ReceiveMessage of one from a queue with so many waiting, or with as many as could be sent in time."""
    settings = world.queue("bench-million")
    sent, began = 0, time.monotonic()
    while sent < messages and time.monotonic() - began < seconds_max:
        sent += _run(world, "send_tiny_batch", settings, 2)["units"]
    return _figures(_run(world, "receive", settings, 2), waiting=sent)


def send_to_waiting(world, seconds):
    settings = world.queue("bench-waiting")
    report = _run(world, "send_to_waiting", settings, seconds, lone=True)
    latency = report["arrivals"]["latency"]
    if not latency["count"]:
        raise loader.LoadError("no message arrived")
    return {"median_us": latency["median_us"], "p99_us": latency["p99_us"], "missing": report["arrivals"]["missing"]}


def pipeline(world, kind, seconds, rate=1000):
    """PutRecord, when it is due, until a ReceiveMessage has what the function made of it. Rate 0: one at a time, the next when the last arrived."""
    name = f"pipe-{kind}"
    settings = {"stream": name, **world.queue(name)}
    arn = world.stream(name, 1)
    world.function(name, f"forward-{kind}", {"QUEUE_URL": settings["queue_url"]})
    world.mapping(arn, name)
    alone = {"lone": True, "connections": 1}
    _run(world, "pipeline", settings, 1, **alone)  # then the function is warm
    report = _run(world, "pipeline", settings, seconds, **({"rate": rate} if rate else alone))
    latency = report["arrivals"]["latency"]
    if not latency["count"]:
        raise loader.LoadError(f"none of {report['arrivals']['sent']} records arrived")
    return {"median_us": latency["median_us"], "p99_us": latency["p99_us"], "arrived": latency["count"],
            "missing": report["arrivals"]["missing"], "repeated": report["arrivals"]["repeated"]}


def invoke(world, kind, seconds):
    """A warm function that does nothing, one call after the other."""
    name = f"noop-{kind}"
    world.function(name, name)
    return load(world, "invoke", {"function": name}, seconds)


def cold_start(world, kind, rounds=10):
    """The first call of a function, on a connection that is there."""
    connection = http.client.HTTPConnection("127.0.0.1", world.port, timeout=60)
    took = []
    for number in range(rounds):
        name = f"cold-{kind}-{number}"
        world.function(name, f"noop-{kind}")
        began = time.perf_counter()
        world.invoke(name, connection)
        took.append(1e6 * (time.perf_counter() - began))
    return {"median_us": statistics.median(took), "max_us": max(took)}


def feed(world, seconds=3):
    """How fast a mapping leads what lies in a shard to a function that does nothing, in batches of up to 6 MB."""
    arn = world.stream("feed", 1)
    filled = _run(world, "put_records", {"stream": "feed"}, seconds, connections=2)["units"]
    with tempfile.TemporaryDirectory() as folder:
        seen = pathlib.Path(folder) / "seen"
        seen.touch()
        world.function("feed", "noop-native", {"BENCH_FILE": str(seen)}, timeout=60)
        world.invoke("feed")
        began = time.monotonic()
        world.mapping(arn, "feed", BatchSize=10_000)
        while (records := sum(map(int, seen.read_text().split()))) < filled:
            if time.monotonic() - began > DRAIN_SECONDS_MAX:
                raise RuntimeError(f"only {records} of {filled} records came within {DRAIN_SECONDS_MAX} s")
            time.sleep(0.005)
        took = time.monotonic() - began
    return {"per_second": records / took, "megabytes_per_second": records * RECORD_BYTES / took / 1e6, "units": records}


def poison(world, quiet_seconds=10, seconds_max=90):
    """Ten records, the sixth of them poison; one retry, bisecting, and a queue for what failed. Right is: nine ids, each once or a few
    times, and one failure record."""
    settings = world.queue("poison-out")
    failures = world.queue("poison-failures")["queue_url"]
    arn = world.stream("poison", 1)
    world.function("poison", "poison", {"QUEUE_URL": settings["queue_url"]})
    api, sqs = Api(world.port), world.client("sqs")
    api.kinesis("PutRecords", StreamName="poison",
                Records=[{"PartitionKey": "k", "Data": blob(json.dumps({"id": number, "poison": number == 5}))} for number in range(10)])
    world.mapping(arn, "poison", MaximumRetryAttempts=1, BisectBatchOnFunctionError=True,
                  DestinationConfig={"OnFailure": {"Destination": world.queue_arn(failures)}})
    copies, told = [], 0
    began = last = time.monotonic()
    while time.monotonic() - last < quiet_seconds and time.monotonic() - began < seconds_max:
        for url in (settings["queue_url"], failures):
            for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                last = time.monotonic()
                if url == failures:
                    told += 1
                else:
                    copies.append(int(message["Body"]))
    good = set(range(10)) - {5}
    return {"copies": len(copies), "delivered": len(set(copies)), "lost": len(good - set(copies)), "failure_records": told}

"""make bench-neighbours: installs, starts, loads, kills and stops each neighbour in turn, on this machine, with the same client; prints one table,
and writes it as JSON and as docs/benchmarks.md. README.md says how to read it."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / part) for part in ("bench/neighbours", "bench", "tests", "scripts")]

import limits  # noqa: E402
import loader  # noqa: E402
import measures  # noqa: E402
import report  # noqa: E402
import survival  # noqa: E402
import yardsticks  # noqa: E402
from catalogue import neighbours  # noqa: E402
from install import Unavailable, install  # noqa: E402
from process import Process  # noqa: E402
from world import World  # noqa: E402

# Set in the namespace, to what could not be installed.
ALONE = "MILLRACE_NEIGHBOURS_ALONE"

# What it measures, for whom, and how: (name, what must be offered, what is done with a World and seconds).
MEASURES = [
    ("put_record", "kinesis", measures.put_record),
    ("put_record_http2", "http2", measures.put_record_http2),
    ("put_record_open", "kinesis", measures.put_record_open),
    ("put_records", "kinesis", measures.put_records),
    ("put_records_small", "kinesis", measures.put_records_small),
    ("get_records", "kinesis", measures.get_records),
    ("fan_out", "fan-out", lambda world, _: measures.subscribe(world, 200)),
    ("send_message", "sqs", measures.send),
    ("send_batch", "sqs", lambda world, seconds: measures.send(world, seconds, "send_batch")),
    ("receive_delete", "sqs", measures.receive_delete),
    ("send_large", "sqs", lambda world, seconds: measures.send(world, seconds, "send_large")),
    ("send_to_waiting", "sqs", measures.send_to_waiting),
    ("receive_waiting", "sqs", lambda world, seconds: measures.receive_waiting(world, seconds_max=20 * seconds)),
    ("pipeline_python", "lambda", lambda world, seconds: measures.pipeline(world, "python", seconds)),
    ("pipeline_native", "native", lambda world, seconds: measures.pipeline(world, "native", seconds)),
    ("poison", "lambda", lambda world, _: measures.poison(world)),
    ("invoke_python", "lambda", lambda world, seconds: measures.invoke(world, "python", seconds)),
    ("invoke_native", "native", lambda world, seconds: measures.invoke(world, "native", seconds)),
    ("cold_python", "lambda", lambda world, _: measures.cold_start(world, "python")),
    ("cold_native", "native", lambda world, _: measures.cold_start(world, "native")),
]


def offered(neighbour, what):
    return neighbour.speaks(what) or (what == "sqs" and neighbour.speaks("sqs-query"))


def measured(process, run):
    """The figures of one load; or why there are none."""
    try:
        return run()
    except Exception as error:  # noqa: BLE001: one load that fails must not end the run
        ended = process.process.poll() is not None
        if ended:
            process.start()
        return {"reason": f"{'the server ended: ' if ended else ''}{type(error).__name__}: {error}"[:200]}


def cpu(process, world, name, settings):
    """CPU seconds of the server for a million units: from a run of its own, all of which counts."""
    before = process.usage()
    units = loader.run(name, world.port, settings, query=world.query, warm=0, seconds=2)["units"]
    return {"cpu_seconds_per_million": (process.usage() - before) * 1e6 / units}


CPU_OF = {"put_record": lambda world: {"stream": "bench"}, "put_records": lambda world: {"stream": "bench"},
          "send_message": lambda world: world.queue("bench-send-message")}


def install_all(chosen, slow_builds):
    """Why some cannot be had, by key."""
    reasons = {}
    for neighbour in chosen:
        try:
            install(neighbour, slow_builds)
        except Unavailable as error:
            reasons[neighbour.key] = str(error)
    return reasons


def go_on_alone(reasons):
    """Starts anew in a network namespace that has nothing but loopback: some neighbours listen on every interface, and some would fetch what
    they lack. Where there may be no such namespace, goes on as it is."""
    environment = {**os.environ, ALONE: json.dumps(reasons)}
    unshare = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if subprocess.run([*unshare, "ip", "link", "set", "lo", "up"], capture_output=True).returncode == 0:
        again = [sys.executable, *sys.argv]
        os.execvpe("unshare", [*unshare, "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *again], environment)
    print("no network namespace may be made here: some neighbours will listen on every interface", file=sys.stderr)
    os.environ.update(environment)


def measure(neighbour, folder, options, reason):
    """All figures of one neighbour; or the reason why it could not be installed."""
    found = {"name": neighbour.name, "version": neighbour.version, "registry": neighbour.registry, "keeps": neighbour.keeps,
             "note": neighbour.note, "lacks": neighbour.lacks, "loads": {}}
    try:
        if reason:
            raise Unavailable(reason)
        with Process(neighbour, folder / neighbour.key) as process:
            found["start_ms"] = process.start_ms
            found["idle_mib"] = process.idle_mib()
            load(neighbour, process, found, options)
            found["peak_mib"] = process.peak_mib
            found["survival"] = survive(neighbour, process, options)
    except Unavailable as error:
        found["reason"] = str(error)
    return found


def load(neighbour, process, found, options):
    if neighbour.key in yardsticks.LOADS:
        found["loads"] = measured(process, lambda: yardsticks.LOADS[neighbour.key](process, options.seconds))
        process.usage()
        if "reason" in found["loads"]:
            found["reason"], found["loads"] = found["loads"]["reason"], {}
        return
    world = World(process.port, query=neighbour.speaks("sqs-query"))
    for name, what, run in MEASURES:
        if not offered(neighbour, what) or not wanted(name, options):
            continue
        print(f"{neighbour.name}: {name}", file=sys.stderr, flush=True)
        figures = measured(process, lambda run=run: run(world, options.seconds))
        if name in CPU_OF and "reason" not in figures:
            figures |= measured(process, lambda name=name: cpu(process, world, name, CPU_OF[name](world)))
        found["loads"][name] = figures
        process.usage()


def wanted(name, options):
    return not options.loads or name in options.loads


def survive(neighbour, process, options):
    """{"kinesis": {"acknowledged": ..., "missing": ...}, ...}"""
    world = World(process.port, query=neighbour.speaks("sqs-query"))
    found = {}
    for what, run in (("kinesis", survival.kinesis), ("sqs", survival.sqs)):
        if offered(neighbour, what) and wanted("survival", options):
            print(f"{neighbour.name}: kill -9 under {what}", file=sys.stderr, flush=True)
            found[what] = measured(process, lambda run=run: run(process, world))
    return found


def machine_limits(folder, seconds):
    """nginx to the same requests, the disk to the same bytes, memory and simdjson to the same bodies."""
    found = {}
    with limits.nginx(folder) as port:
        for name in ("put_record", "put_records", "put_records_small", "send_message", "send_batch"):
            settings = {"stream": "bench", "queue_url": "http://localhost/000000000000/bench", "queue_path": "/"}
            found[f"nginx {name}"] = measures.load(World(port), name, settings, seconds)
        found["nginx put_record, each signed"] = measures.load(World(port), "put_record", settings, seconds, sign="each")
    with limits.nginx(folder, http2=True) as port:
        found["nginx put_record_http2"] = measures.load(World(port), "put_record", settings, seconds, http2=16, connections=4)
    for records, size in ((1, 1024), (500, 1024), (500, 100)):
        rate = limits.synced_writes(folder, records * size, seconds)
        found[f"write + fdatasync of {records} x {size} B"] = {"per_second": records * rate, "units": records}
    for name in ("put_record", "put_records", "put_records_small"):
        for what, figures in loader.limits(name, {"stream": "bench"}).items():
            if isinstance(figures, dict):
                found[f"{what} {name}"] = {"per_second": figures["units_per_second"], "megabytes_per_second": figures["megabytes_per_second"]}
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", nargs="+", metavar="NAME", help="these neighbours")
    arguments.add_argument("--loads", nargs="+", metavar="LOAD", help="these loads, and perhaps: survival, limits")
    arguments.add_argument("--seconds", type=int, default=4, help="of each load (default 4)")
    arguments.add_argument("--slow-builds", action="store_true", help="also those whose build takes more than ten minutes")
    arguments.add_argument("--json", type=pathlib.Path, default=ROOT / "build" / "neighbours.json", help="where the figures go")
    arguments.add_argument("--docs", type=pathlib.Path, help="where the table goes as Markdown (make: docs/benchmarks.md)")
    options = arguments.parse_args()
    chosen = neighbours(options.only)
    reasons = {} if os.environ.get(ALONE) else install_all(chosen, options.slow_builds)
    if not os.environ.get(ALONE):
        go_on_alone(reasons)
    reasons = reasons or json.loads(os.environ[ALONE])
    result = {"date": time.strftime("%Y-%m-%d"), "seconds": options.seconds, "machine": report.machine(), "limits": {}, "neighbours": []}
    with tempfile.TemporaryDirectory(prefix="neighbours-", dir=ROOT / "build") as name:
        folder = pathlib.Path(name)
        if wanted("limits", options):
            result["limits"] = machine_limits(folder, options.seconds)
        for neighbour in chosen:
            result["neighbours"].append(measure(neighbour, folder, options, reasons.get(neighbour.key)))
            options.json.write_text(json.dumps(result, indent=2) + "\n")
    text = report.markdown(result)
    print(text)
    if options.docs:
        options.docs.write_text(text)


if __name__ == "__main__":
    main()

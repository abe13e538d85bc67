"""make profile: flame graphs of the server under each load, in build/profile/, and where most of its time goes, as text.

Samples the CPU clock with perf, all threads, user and kernel: what waits does not show. The client's time is not in it."""

import argparse
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / part) for part in ("bench/profile", "bench", "tests", "scripts")]

import flamegraph  # noqa: E402
import measures  # noqa: E402
from support.server import Server  # noqa: E402
from world import World  # noqa: E402

LOADS = {
    "put_record": measures.put_record,
    "put_record_http2": measures.put_record_http2,
    "put_records": measures.put_records,
    "put_records_small": measures.put_records_small,
    "get_records": measures.get_records,
    "send_message": measures.send,
    "send_batch": lambda world, seconds: measures.send(world, seconds, "send_batch"),
    "receive_delete": measures.receive_delete,
    "invoke_native": lambda world, seconds: measures.invoke(world, "native", seconds),
    "pipeline_native": lambda world, seconds: measures.pipeline(world, "native", seconds),
    "feed": lambda world, seconds: measures.feed(world, seconds),
}
SAMPLES_PER_SECOND = 997


def record(pid, data):
    """perf, until it is told to end."""
    return subprocess.Popen(["perf", "record", "-q", "-e", "cpu-clock", "-F", str(SAMPLES_PER_SECOND), "--call-graph", "fp", "-p", str(pid),
                             "-o", data], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def profile(name, run, folder, seconds):
    """Folded stacks and the load's figures."""
    data = folder / f"{name}.data"
    with Server(folder / name) as server:
        perf = record(server.process.pid, data)
        try:
            figures = run(World(server.port), seconds)
        finally:
            perf.send_signal(2)  # it writes what it has
            _, errors = perf.communicate(timeout=60)
    if not data.is_file():
        raise SystemExit(f"perf recorded nothing: {errors.strip()}\n/proc/sys/kernel/perf_event_paranoid must be 2 or less, or this run as root")
    script = subprocess.run(["perf", "script", "-i", data, "-F", "comm,tid,time,ip,sym,dso"], check=True, capture_output=True, text=True).stdout
    return flamegraph.fold(script), figures


def show(name, stacks, figures):
    print(f"\n{name}: {sum(stacks.values())} samples, " + ", ".join(f"{key} {value:,.1f}" for key, value in figures.items()))
    own, whole = flamegraph.heaviest(stacks)
    print(f"  {'itself':<62}  with what it calls")
    for (own_share, own_name), (share, frame) in zip(own, whole):
        print(f"  {100 * own_share:5.1f} % {own_name[:52]:<54}  {100 * share:5.1f} % {frame[:70]}", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--loads", nargs="+", choices=LOADS, default=list(LOADS), metavar="LOAD", help=f"of {', '.join(LOADS)}")
    arguments.add_argument("--seconds", type=int, default=5, help="of each (default 5)")
    arguments.add_argument("--output", type=pathlib.Path, default=ROOT / "build" / "profile", help="folder of the SVG files")
    options = arguments.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="millrace-profile-", dir=ROOT / "build") as name:
        for load in options.loads:
            stacks, figures = profile(load, LOADS[load], pathlib.Path(name), options.seconds)
            (options.output / f"{load}.svg").write_text(flamegraph.svg(stacks, load))
            show(load, stacks, figures)
    print(f"\nflame graphs: {options.output}")


if __name__ == "__main__":
    main()

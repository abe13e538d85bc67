"""make bench-storage: the storage engine against the limits of the disk, in one run; ratios say more than figures, because machines
are noisy. Each figure is the median of alternating rounds.

    sustained append   1 KiB records, batches of 500, 4 writers; against the same groups written raw, pwrite and fdatasync each
    lone append        one 1 KiB record at a time, from append to answer; against a bare pwrite and fdatasync
    10,000 logs        the same load over many logs; against 10 logs
    read, open, doctor from files, in the page cache; --large makes it 10 million records in 10 GB
    archiving          one 1 KiB record at a time while old segments are archived; against the same without
"""

import argparse
import json
import pathlib
import shutil
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build/release/bench/storage"
DATA = ROOT / "build" / "bench-data"
RECORD_BYTES = 1024
BATCH = 500
GIGABYTE = 10**9


def figures(command, *arguments, **options):
    """What one command of storage_figures prints, in a data directory of its own."""
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    out = subprocess.run([BUILD / "storage_figures", command, *arguments, *flags], check=True, capture_output=True, text=True).stdout
    return json.loads(out)


def append(**options):
    directory = DATA / "append"
    try:
        return figures("append", directory, **options)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def raw_write(sizes):
    """Nanoseconds of each group."""
    path = DATA / "raw"
    try:
        out = subprocess.run([BUILD / "raw_write", path], input="\n".join(map(str, sizes)), check=True, capture_output=True, text=True).stdout
        return [int(line) for line in out.split()]
    finally:
        path.unlink(missing_ok=True)


class Table:
    def __init__(self, as_json):
        self.rows = []
        self.as_json = as_json

    def row(self, name, value, unit, goal="", beside=""):
        self.rows.append({"name": name, "value": value, "unit": unit, "beside": beside, "goal": goal})
        if not self.as_json:
            print(f"{name:<44}{value:>12,.2f} {unit:<12}{beside:<40}{goal}", flush=True)

    def finish(self):
        if self.as_json:
            print(json.dumps(self.rows, indent=2))


def sustained_append(table, rounds, appends):
    rates, ratios, cpu, allocations = [], [], [], []
    for _ in range(rounds):
        found = append(writers=4, batch=BATCH, record_bytes=RECORD_BYTES, appends=appends, warm_appends=200)
        raw = sum(raw_write(found["group_bytes"])) / 1e9
        rates.append(appends * BATCH / found["seconds"])
        ratios.append(raw / found["seconds"])
        cpu.append(found["cpu_us_per_record"])
        allocations.append(found["allocations_per_record"])
    limit = statistics.median(rate / ratio for rate, ratio in zip(rates, ratios))
    table.row("sustained append", statistics.median(rates), "records/s", beside=f"the same groups raw: {limit:,.0f}")
    table.row("  of the raw rate", statistics.median(ratios), "", "at least 0.7")
    table.row("  CPU, user and system", statistics.median(cpu), "µs/record", "at most 1.5")
    table.row("  allocations", statistics.median(allocations), "per record", "none that grows with the records")


def lone_append(table, rounds, appends):
    medians, raws = [], []
    for _ in range(rounds):
        found = append(record_bytes=RECORD_BYTES, appends=appends, warm_appends=50)
        medians.append(statistics.median(found["waits_ns"]) / 1e3)
        raws.append(statistics.median(raw_write(found["group_bytes"])) / 1e3)
    ratio = statistics.median(one / other for one, other in zip(medians, raws))
    table.row("lone append, median", statistics.median(medians), "µs", beside=f"pwrite and fdatasync: {statistics.median(raws):,.0f}")
    table.row("  of the raw time", ratio, "", "at most 1.3")


def many_logs(table, rounds, appends):
    ratios, growths, allocations = [], [], []
    for _ in range(rounds):
        few, many = (append(writers=4, batch=BATCH, record_bytes=RECORD_BYTES, logs=logs, appends=appends, warm_appends=200)
                     for logs in (10, 10_000))
        ratios.append((many["cpu_us_per_record"] / few["cpu_us_per_record"], many["seconds"] / few["seconds"]))
        growths.append(many["resident_bytes"] / 2**20)
        allocations.append(many["allocations_per_record"])
    table.row("10,000 logs: memory with all of it", statistics.median(growths), "MiB", "under 40")
    table.row("  CPU against that of 10 logs", statistics.median(ratio[0] for ratio in ratios), "", "at most 1.2")
    table.row("  time against that of 10 logs", statistics.median(ratio[1] for ratio in ratios), "", "at most 1.2")
    table.row("  allocations", statistics.median(allocations), "per record")


def archiving(table, rounds, records, appends):
    """Appends to a directory with many old segments, which are archived meanwhile or left as they are."""
    directory = DATA / "archived"
    found = {"true": [], "false": []}
    for _ in range(rounds):
        for archive in found:
            try:
                figures("fill", directory, writers=4, batch=BATCH, record_bytes=RECORD_BYTES, appends=records // BATCH)
                found[archive].append(figures("append", directory, record_bytes=RECORD_BYTES, appends=appends, warm_appends=20, archive=archive))
            finally:
                shutil.rmtree(directory, ignore_errors=True)

    def median(archive, of):
        return statistics.median(of(run) for run in found[archive])

    for name, share in (("median", 0.5), ("99 %", 0.99)):
        with_it, without = (median(archive, lambda run: sorted(run["waits_ns"])[int(share * (appends - 1))]) / 1e3 for archive in ("true", "false"))
        table.row(f"lone append while archiving, {name}", with_it, "µs", beside=f"without: {without:,.0f}")
    with_it, without = (median(archive, lambda run: run["cpu_us_per_record"] * appends / 1e6 / run["seconds"] * 100) for archive in ("true", "false"))
    table.row("  CPU of the process", with_it, "% of a core", beside=f"without: {without:,.1f}")


def read_and_open(table, rounds, records):
    directory = DATA / "filled"
    free = shutil.disk_usage(DATA).free
    if records * RECORD_BYTES * 1.2 > free:
        records = int(free / 1.2 / RECORD_BYTES)
    try:
        filled = figures("fill", directory, writers=4, batch=BATCH, record_bytes=RECORD_BYTES, appends=records // BATCH)
        opens = [figures("open", directory) for _ in range(rounds)]
        read = figures("read", directory, rounds=200, entries=100)
        doctors = [figures("doctor", directory) for _ in range(rounds)]
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    head, middle = (statistics.median(read[key]) / 1e3 for key in ("head_ns", "middle_ns"))
    size = f"{records / 1e6:,.1f} million records, {filled['disk_bytes'] / GIGABYTE:,.1f} GB"
    table.row("read of 100 records in the middle", middle, "µs", beside=f"at the head: {head:,.0f}")
    table.row("  of the time at the head", middle / head, "", "at most 1.2", size)
    table.row("open", statistics.median(found["ns"] for found in opens) / 1e6, "ms", "under 1000", size)
    table.row("  memory", statistics.median(found["resident_bytes"] for found in opens) / 2**20, "MiB")
    table.row("doctor", statistics.median(found["disk_bytes"] / found["ns"] * 1e3 for found in doctors), "MB/s", beside=size)
    table.row("  CPU", statistics.median(found["cpu_ns"] / found["disk_bytes"] for found in doctors), "ns/byte")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5, help="of each figure (default 5)")
    arguments.add_argument("--large", action="store_true", help="reads and opens 10 million records; takes minutes and 11 GB of disk")
    arguments.add_argument("--json", action="store_true", help="figures for programs")
    options = arguments.parse_args()
    table = Table(options.json)
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(parents=True)
    try:
        sustained_append(table, options.rounds, 400)
        lone_append(table, options.rounds, 500)
        many_logs(table, options.rounds, 400)
        archiving(table, options.rounds, 1_000_000, 1000)
        read_and_open(table, options.rounds, 10_000_000 if options.large else 500_000)
    finally:
        shutil.rmtree(DATA)
    table.finish()


if __name__ == "__main__":
    main()

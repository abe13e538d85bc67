"""The figures of a run as one table, and what stands behind it, in Markdown."""

import os
import pathlib
import platform


def machine():
    """What the figures were measured on, as far as it shows."""
    model = next((line.partition(":")[2].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) / 1024 / 1024
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB of memory, Linux {platform.release().split('-')[0]}"


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def time_of(microseconds):
    if microseconds >= 1e6:
        return f"{microseconds / 1e6:.1f} s"
    return f"{microseconds / 1000:.1f} ms" if microseconds >= 1000 else f"{microseconds:.0f} µs"


def rate(figures):
    return number(figures["per_second"])


def both(figures):
    missing = f", {figures['missing']:,} missing" if figures.get("missing") else ""
    return f"{time_of(figures['median_us'])} / {time_of(figures['p99_us'])}{missing}"


def megabytes(figures):
    return number(figures["megabytes_per_second"])


def poison(figures):
    return f"{figures['copies']} copies of {figures['delivered']}, {figures['lost']} lost, {figures['failure_records']} told"


# Columns of the overview: heading, load, how its figures are shown.
OVERVIEW = [
    ("PutRecord /s", "put_record", rate),
    ("median / p99 at 1,000/s", "put_record_open", both),
    ("PutRecords 500 x 1 KiB, records/s", "put_records", rate),
    ("PutRecords 500 x 100 B, records/s", "put_records_small", rate),
    ("GetRecords MB/s", "get_records", megabytes),
    ("put → subscriber, median / p99", "fan_out", both),
    ("SQS send /s", "send_message", rate),
    ("send, tens /s", "send_batch", rate),
    ("receive + delete, tens /s", "receive_delete", rate),
    ("send 256 KiB /s", "send_large", rate),
    ("send → waiting receive, median / p99", "send_to_waiting", both),
    ("receive, very many waiting, median / p99", "receive_waiting", both),
    ("put → function → receive at 1,000/s, Python", "pipeline_python", both),
    ("put → function → receive at 1,000/s, native", "pipeline_native", both),
    ("warm no-op, Python", "invoke_python", both),
    ("warm no-op, native", "invoke_native", both),
    ("cold start, Python", "cold_python", lambda figures: time_of(figures["median_us"])),
    ("cold start, native", "cold_native", lambda figures: time_of(figures["median_us"])),
    ("poison batch", "poison", poison),
]
DETAILS = ["failed", "client_cpu_share", "waiting", "repeated", "arrived"]


def cell(neighbour, load, show):
    figures = neighbour["loads"].get(load)
    if figures is None:
        return "–"
    return "failed" if "reason" in figures else show(figures)


def cpu(neighbour, load):
    value = neighbour["loads"].get(load, {}).get("cpu_seconds_per_million")
    return "–" if value is None else number(value)


def survived(neighbour, what):
    figures = neighbour.get("survival", {}).get(what)
    if figures is None:
        return "–"
    return "failed" if "reason" in figures else f"{figures['acknowledged']:,} / {figures['missing']:,}"


def overview_rows(started):
    """Headings and cells: a row a figure, a column a neighbour, for there are more figures than neighbours."""
    rows = [["version"] + [n["version"] for n in started],
            ["keeps"] + [n["keeps"] for n in started],
            ["start"] + [time_of(1000 * n["start_ms"]) for n in started],
            ["idle memory, MiB"] + [number(n["idle_mib"]) for n in started],
            ["peak memory, MiB"] + [number(n["peak_mib"]) for n in started]]
    for heading, load, show in OVERVIEW:
        cells = [cell(n, load, show) for n in started]
        if any(text != "–" for text in cells):
            rows.append([heading, *cells])
    for load in ("put_record", "put_records", "send_message"):
        cells = [cpu(n, load) for n in started]
        if any(text != "–" for text in cells):
            rows.append([f"CPU s / million, {load}", *cells])
    for what in ("kinesis", "sqs"):
        cells = [survived(n, what) for n in started]
        if any(text != "–" for text in cells):
            rows.append([f"kill -9, {what}: acknowledged / missing", *cells])
    return rows


def table(headings, rows):
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def detail_rows(started):
    for neighbour in started:
        for load, figures in neighbour["loads"].items():
            if "reason" in figures:
                yield [neighbour["name"], load, "", "", figures["reason"].replace("|", "/").replace("\n", " ")]
                continue
            more = ", ".join(f"{name} {number(figures[name])}" for name in DETAILS if figures.get(name))
            yield [neighbour["name"], load, rate(figures) if "per_second" in figures else "",
                   both(figures) if "p99_us" in figures else "", more]


def limit_rows(limits):
    for name, figures in limits.items():
        more = both(figures) if "p99_us" in figures else ""
        share = f", client {figures['client_cpu_share']:.2f} of a core" if "client_cpu_share" in figures else ""
        mb = f"{megabytes(figures)} MB/s" if "megabytes_per_second" in figures else ""
        yield [name, rate(figures), more + share + mb]


def markdown(result):
    started = [n for n in result["neighbours"] if "reason" not in n]
    missing = [n for n in result["neighbours"] if "reason" in n]
    lines = ["# Millrace beside its neighbours", "",
             f"One run of `make bench-neighbours` on {result['date']}: {result['machine']}; {result['seconds']} s a load, one server at a time, the "
             "same client (`bench/load/`), the same requests. `bench/neighbours/README.md` says what each line is.", ""]
    if started:
        lines += table(["", *(n["name"] for n in started)], overview_rows(started)) + [""]
    if result["limits"]:
        lines += ["## What the machine can do", "",
                  "nginx (one worker) answers 200 whatever it is sent; units are records or messages.", ""]
        lines += table(["limit", "units/s", ""], limit_rows(result["limits"])) + [""]
    if missing:
        lines += ["## Not measured", ""] + table(["neighbour", "version", "registry", "why"],
                                                 [[n["name"], n["version"], n["registry"], n["reason"].replace("|", "/").replace("\n", " ")] for n in missing])
        lines += [""]
    lacks = [[n["name"], what, why] for n in started for what, why in n["lacks"].items()]
    if lacks:
        lines += ["## Not offered", ""] + table(["neighbour", "what", "why"], lacks) + [""]
    if started:
        lines += ["## Every load", ""] + table(["neighbour", "load", "units/s", "median / p99", ""], detail_rows(started)) + [""]
    return "\n".join(lines)

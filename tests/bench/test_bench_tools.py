"""What the benchmarks decide by themselves: marks, folded stacks, the catalogue of neighbours, the report."""

import json
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / part) for part in ("bench", "bench/neighbours", "bench/profile")]

import catalogue  # noqa: E402
import figures  # noqa: E402
import flamegraph  # noqa: E402
import install  # noqa: E402
import report  # noqa: E402


def row(name="PutRecord", value=100, unit="records/s", ratio=None):
    return {"name": name, "value": value, "unit": unit, "ratio": ratio}


@pytest.mark.parametrize(("now", "last", "expected"), [
    (row(value=100), row(value=100), ""),
    (row(value=84), row(value=100), ""),
    (row(value=83), row(value=100), "WORSE"),
    (row(value=120), row(value=100), ""),
    (row(value=121), row(value=100), "better"),
    (row(value=121, unit="ms"), row(value=100, unit="ms"), "WORSE"),
    (row(value=83, unit="µs"), row(value=100, unit="µs"), "better"),
    (row("a: p99", 149, "ms"), row("a: p99", 100, "ms"), ""),
    (row("a: p99", 151, "ms"), row("a: p99", 100, "ms"), "WORSE"),
    # On a machine half as fast the limit is half as high, too.
    (row(value=50, ratio=0.5), row(value=100, ratio=0.5), ""),
    (row(value=100, ratio=0.3), row(value=100, ratio=0.5), "WORSE"),
    (row(value=0), row(value=100), ""),
])
def test_a_mark_shows_what_differs_beyond_noise(now, last, expected):
    assert figures.mark(now, last) == expected


def test_figures_are_stored_beside_those_of_other_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "STORED", tmp_path / "figures.json")
    first = figures.Table(quiet=True)
    first.row("a", 10, "ms")
    first.row("b", 5, "records/s", "limit", 0.5)
    first.store()
    second = figures.Table(quiet=True)
    second.row("a", 20, "ms")
    second.store()
    assert (second.rows[0]["last"], second.rows[0]["mark"]) == (10, "WORSE")
    assert figures.read_stored() == {"a": {"value": 20, "ratio": None, "unit": "ms"}, "b": {"value": 5, "ratio": 0.5, "unit": "records/s"}}


def test_stacks_are_folded_and_drawn():
    script = """millrace  7 1.0:
\t            5208 millrace::http::Session::work(int)+0x5 (/bin/millrace)
\t            5209 std::function<void (int)>::operator()(int) const (/bin/millrace)
\t            520a [unknown] (/usr/lib/libfoo.so.1)

millrace  7 1.1:
\t            5208 millrace::http::Session::work(int)+0x9 (/bin/millrace)
\t            5209 std::function<void (int)>::operator()(int) const (/bin/millrace)
\t            520a [unknown] (/usr/lib/libfoo.so.1)
"""
    stacks = flamegraph.fold(script)
    assert stacks == {("millrace", "[libfoo.so.1]", "std::function::operator_call const", "http::Session::work"): 2}
    drawn = flamegraph.svg(stacks, "load <1>")
    assert drawn.count("<g>") == 5
    assert "load &lt;1&gt;" in drawn
    own, whole = flamegraph.heaviest(stacks)
    assert own == [(1.0, "http::Session::work")]
    assert len(whole) == 3


def test_every_neighbour_is_in_order_and_whole():
    assert {path.stem for path in catalogue.FOLDER.glob("*.json")} == set(catalogue.ORDER)
    for neighbour in catalogue.neighbours():
        assert neighbour.registry in install.WAYS or neighbour.key == "millrace", neighbour.name
        # Pinned: one version a package, or the registry has none.
        assert all(neighbour.version == "unknown" or "@latest" not in package for package in neighbour.packages)
        assert neighbour.start and neighbour.keeps and neighbour.offers
    with pytest.raises(SystemExit, match="no such neighbour: nobody"):
        catalogue.neighbours(["nobody"])


def test_why_something_cannot_be_had_names_no_host():
    told = install._why("resolving\ngo: module example.org/x: reading https://proxy.example/x: 403 Forbidden\nmore")
    assert told == "go: module example.org/x: reading 403 Forbidden"


def test_nothing_is_left_out_of_the_report():
    def neighbour(name, **more):
        return {"name": name, "version": "1", "registry": "npm", "keeps": "all", "lacks": {}, "start_ms": 5, "idle_mib": 1, "peak_mib": 2,
                "survival": {}, "loads": {}, **more}

    text = report.markdown({
        "date": "2026-01-01", "machine": "m", "seconds": 4,
        "limits": {"nginx put_record": {"per_second": 50_000, "median_us": 900, "p99_us": 2000, "client_cpu_share": 0.5}},
        "neighbours": [
            neighbour("fast", loads={"put_record": {"per_second": 12345.6, "median_us": 500, "p99_us": 1500, "units": 9, "failed": 2}},
                      survival={"kinesis": {"acknowledged": 1000, "missing": 0}, "sqs": {"reason": "gone"}}),
            neighbour("broken", reason="ends at once: a | b"),
            neighbour("partly", lacks={"lambda": "Docker"}, loads={"put_record": {"reason": "500: no"}})]})
    lines = text.splitlines()
    assert "| PutRecord /s | 12,346 | failed |" in lines
    assert "| kill -9, kinesis: acknowledged / missing | 1,000 / 0 | – |" in lines
    assert "| kill -9, sqs: acknowledged / missing | failed | – |" in lines
    assert "| broken | 1 | npm | ends at once: a / b |" in lines
    assert "| partly | lambda | Docker |" in lines
    assert "| partly | put_record |  |  | 500: no |" in lines
    assert "| fast | put_record | 12,346 | 500 µs / 1.5 ms | failed 2 |" in lines
    assert any(line.startswith("| nginx put_record | 50,000 | 900 µs / 2.0 ms, client 0.50") for line in lines)


def test_the_loads_are_json():
    for name in ("loads.json", "loads_query.json"):
        assert json.loads((ROOT / "bench" / "load" / name).read_text())

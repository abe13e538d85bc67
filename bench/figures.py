"""Figures beside those of the last run that was stored (figures.json), with a mark where they differ by more than noise."""

import json
import pathlib
import time

STORED = pathlib.Path(__file__).resolve().parent / "figures.json"
# Two runs of one build on a shared machine differ by this much; tails by more.
NOISE = 0.20
NOISE_OF_TAILS = 0.50
SMALLER_IS_BETTER = {"ms", "µs", "MiB"}


def read_stored():
    return json.loads(STORED.read_text())["figures"] if STORED.is_file() else {}


def change(row, last):
    """The share by which the figure is better (above 0) or worse than the last: of its ratio where it has one, since the limit was measured in
    the same run."""
    compared = "ratio" if row["ratio"] is not None and last.get("ratio") is not None else "value"
    now, then = row[compared], last[compared]
    if not now or not then:
        return 0.0
    return then / now - 1 if row["unit"] in SMALLER_IS_BETTER else now / then - 1


def mark(row, last):
    """"better", "WORSE", or nothing within the noise."""
    noise = NOISE_OF_TAILS if row["name"].endswith("p99") else NOISE
    share = change(row, last)
    if share < -noise / (1 + noise):
        return "WORSE"
    return "better" if share > noise else ""


class Table:
    """Prints rows as they come."""

    def __init__(self, quiet=False):
        self.quiet = quiet
        self.rows = []
        self.last = read_stored()

    def row(self, name, value, unit, baseline="", ratio=None, goal=""):
        """`ratio` is that to the baseline, a limit of this machine measured in the same run."""
        row = {"name": name, "value": round(value, 3), "unit": unit, "baseline": baseline, "ratio": None if ratio is None else round(ratio, 3),
               "goal": goal}
        last = self.last.get(name)
        row["last"], row["mark"] = (last["value"], mark(row, last)) if last else (None, "")
        self.rows.append(row)
        if not self.quiet:
            before = f"{last['value']:>11,.1f}" if last else " " * 11
            shown = "" if ratio is None else f"{ratio:.2f} of {baseline}"
            print(f"{name:<39}{value:>11,.1f} {unit:<11}{before}  {row['mark']:<7}{shown:<45}{goal and 'goal: ' + goal}", flush=True)

    def store(self):
        kept = {row["name"]: {key: row[key] for key in ("value", "ratio", "unit")} for row in self.rows}
        STORED.write_text(json.dumps({"date": time.strftime("%Y-%m-%d"), "figures": {**self.last, **kept}}, indent=2, ensure_ascii=False) + "\n")

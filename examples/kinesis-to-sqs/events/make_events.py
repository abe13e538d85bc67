"""Writes events.jsonl: what a water mill museum with a shop might capture in a day. Self-written, repeatable from its seed."""

import json
import pathlib
import random
from datetime import datetime, timedelta, timezone

COUNT = 4000
LARGE_EVERY = 500
START = datetime(2026, 5, 1, 6, 0, tzinfo=timezone.utc)

NAMES = ["Ana Duarte", "Jürgen Groß", "Zoë Ángel", "李小龙", "Мария Иванова", "Søren Ærø", "नेहा शर्मा", "محمد علي", "Nguyễn Ánh", "Ola Nordmann"]
PRODUCTS = ["flour, rye 1 kg", "Mühlenbrot", "pão de centeio", "postcard", "水车模型", "guided tour", "café ☕", "honey 🍯 250 g"]
SENSORS = ["wheel-rpm", "head-race-level-cm", "tail-race-level-cm", "bearing-temperature-c", "sluice-position-pct"]
PAGES = ["/", "/visit", "/shop", "/shop/flour", "/history?lang=de", "/suche?q=Mühle", "/events#winter"]
COMMENTS = ["Wonderful!", "Sehr schön, aber kalt 🥶", "Très intéressant.", "とても楽しかった", "Line one\nline two\t\"quoted\"", "¡Olé!"]


def page_view(rng):
    return {"type": "page.viewed", "path": rng.choice(PAGES), "visitor": rng.randrange(10**6), "ms": rng.randrange(20, 4000),
            "referrer": rng.choice([None, "search", "newsletter"]), "mobile": rng.random() < 0.6}


def sensor(rng):
    return {"type": "sensor.read", "sensor": rng.choice(SENSORS), "value": round(rng.uniform(-5, 250), 3),
            "quality": rng.choice(["good", "uncertain"]), "samples": [round(rng.gauss(0, 1), 4) for _ in range(rng.randrange(0, 12))]}


def order(rng):
    lines = [{"product": rng.choice(PRODUCTS), "quantity": rng.randrange(1, 6), "cents": rng.randrange(80, 4900)}
             for _ in range(rng.randrange(1, 7))]
    return {"type": "order.placed", "customer": {"name": rng.choice(NAMES), "id": rng.randrange(10**5)}, "lines": lines,
            "total_cents": sum(line["quantity"] * line["cents"] for line in lines), "currency": rng.choice(["EUR", "NOK", "JPY"])}


def review(rng):
    return {"type": "review.written", "author": rng.choice(NAMES), "stars": rng.randrange(1, 6), "text": rng.choice(COMMENTS) * rng.randrange(1, 5)}


def door(rng):
    return {"type": "door.opened", "door": rng.choice(["main", "mill", "shop"]), "badge": f"{rng.randrange(16**8):08x}"}


def scan(rng):
    """A large one: points of a laser scan, up to about 200 KB."""
    return {"type": "wheel.scanned", "points": [[round(rng.uniform(-2, 2), 4) for _ in range(3)] for _ in range(rng.randrange(1000, 7000))]}


def main():
    rng = random.Random(1824)
    kinds = [page_view] * 8 + [sensor] * 6 + [order] * 3 + [review] * 2 + [door]
    now = START
    with (pathlib.Path(__file__).parent / "events.jsonl").open("w", encoding="utf-8") as out:
        for number in range(COUNT):
            now += timedelta(milliseconds=rng.randrange(1, 20000))
            kind = scan if number % LARGE_EVERY == LARGE_EVERY - 1 else rng.choice(kinds)
            event = {"id": number, "at": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"), **kind(rng)}
            out.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

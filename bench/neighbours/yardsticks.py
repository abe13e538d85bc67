"""Durable logs that do not speak AWS's APIs, beside which the durable rates can be read: with clients of their own."""

import re
import socket
import subprocess
import threading
import time

RECORD_BYTES = 1024
STREAM = "bench"


def kafka(process, _seconds, records=2_000):
    """The producer of Kafka's own tools: a record a request, five in flight, and batches of 512 KiB. Its latencies are those of its own
    queue, and so are left out."""
    java = ["java", "-cp", f"{process.neighbour.home}/lib/*", "org.apache.kafka.tools.ProducerPerformance", "--topic", STREAM,
            "--record-size", str(RECORD_BYTES), "--throughput", "-1"]

    def run(count, *properties):
        done = subprocess.run([*java, "--num-records", str(count), "--producer-props", f"bootstrap.servers=127.0.0.1:{process.port}", "acks=all",
                               *properties], capture_output=True, text=True, timeout=300)
        last = re.findall(r"([\d.]+) records/sec .* 99th", done.stdout)
        if not last:
            raise RuntimeError((done.stderr or done.stdout)[-200:])
        return {"per_second": float(last[-1]), "units": count}

    run(100)
    return {"put_record": run(records, "batch.size=1", "linger.ms=0", "max.in.flight.requests.per.connection=5"),
            "put_records": run(50 * records, "batch.size=524288", "linger.ms=5")}


class _Publisher:
    """A connection that publishes to JetStream and waits for its acknowledgements."""

    def __init__(self, port, name):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.file = self.socket.makefile("rb")
        self.file.readline()
        self.inbox = f"_INBOX.{name}"
        self.socket.sendall(b'CONNECT {"verbose":false}\r\nSUB %s 1\r\nPING\r\n' % self.inbox.encode())
        while self.file.readline() != b"PONG\r\n":
            pass

    def publish(self, subject, payload, count=1):
        self.socket.sendall(b"PUB %s %s %d\r\n%s\r\n" % (subject.encode(), self.inbox.encode(), len(payload), payload) * count)
        return [self._answer() for _ in range(count)]

    def _answer(self):
        while not (line := self.file.readline()).startswith(b"MSG"):
            if line == b"PING\r\n":
                self.socket.sendall(b"PONG\r\n")
            elif not line:
                raise RuntimeError("the server closed the connection")
        answer = self.file.read(int(line.split()[-1]) + 2)
        if b'"error"' in answer:
            raise RuntimeError(answer.decode())
        return answer


def _publish_for(publishers, batch, seconds):
    """Many at once: the server syncs each message, so that this client is not what it waits for."""
    took, started = [], time.monotonic()
    end = started + seconds

    def work(publisher):
        while time.monotonic() < end:
            began = time.perf_counter()
            publisher.publish(f"{STREAM}.x", b"x" * RECORD_BYTES, batch)
            took.append(1e6 * (time.perf_counter() - began))

    threads = [threading.Thread(target=work, args=(publisher,)) for publisher in publishers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - started  # the last batches end later
    took.sort()
    return {"per_second": len(took) * batch / elapsed, "median_us": took[len(took) // 2], "p99_us": took[int(len(took) * 0.99)],
            "units": len(took) * batch}


def nats(process, seconds):
    maker = _Publisher(process.port, "maker")
    maker.publish(f"$JS.API.STREAM.CREATE.{STREAM}", b'{"name":"%s","subjects":["%s.*"],"storage":"file"}' % (STREAM.encode(), STREAM.encode()))
    publishers = [_Publisher(process.port, f"p{number}") for number in range(64)]
    return {"put_record": _publish_for(publishers, 1, seconds), "put_records": _publish_for(publishers[:4], 500, seconds)}


LOADS = {"kafka": kafka, "nats": nats}

"""make demo: brings the example pipeline up, sends it real records and shows what happens. Python's standard library only."""

import collections
import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from aws_json import Api, blob

ROOT = pathlib.Path(__file__).resolve().parent.parent
MILLRACE = ROOT / "build" / "millrace"
EXAMPLE = ROOT / "examples" / "kinesis-to-sqs"
STACK = "demo"
RECORDS_PER_PUT = 100
PAUSE_SECONDS = 0.02
QUIET_SECONDS_MAX = 30
TERMINAL = sys.stdout.isatty()


def paint(code, text):
    return f"\033[{code}m{text}\033[0m" if TERMINAL else text


def say(text=""):
    print(text, flush=True)


def heading(text):
    say(paint("1;36", f"\n== {text}"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    def __init__(self):
        self.data_dir = pathlib.Path(tempfile.mkdtemp(prefix="millrace-demo-")) / "data"
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.put_at = {}
        self.latencies = []
        self.received = collections.Counter()
        self.messages = 0
        self.invocations = 0
        self.ready = threading.Event()

    def start(self):
        command = [MILLRACE, "serve", "--port", str(self.port), "--data-dir", str(self.data_dir)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        threading.Thread(target=self.follow, daemon=True).start()
        if not self.ready.wait(20):
            raise RuntimeError("millrace did not become ready")

    def follow(self):
        """Function logs arrive as JSON lines on the server's stdout; some of them are shown."""
        shown = 0
        for line in self.process.stdout:
            entry = json.loads(line)
            if entry.get("message") == "ready":
                self.ready.set()
            if "function" not in entry:
                continue
            text = entry["message"]
            self.invocations += text.startswith("END RequestId")
            if shown < 12 and not text.startswith(("START", "END")):
                shown += 1
                say(paint("2", f"   {entry['function']} | {text}") + (paint("2", "\n   …") if shown == 12 else ""))

    def run_cli(self, *arguments):
        subprocess.run([MILLRACE, *arguments, "--endpoint-url", self.endpoint], check=True)

    def consume(self, queue_url, expected):
        api = Api(self.port)
        while sum(self.received.values()) < expected or len(self.received) < expected:
            answer = api.sqs("ReceiveMessage", QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            now = time.monotonic()
            entries = []
            for number, message in enumerate(answer.get("Messages", [])):
                for event in json.loads(message["Body"]):
                    self.received[event["id"]] += 1
                    self.latencies.append(now - self.put_at[event["id"]])
                self.messages += 1
                entries.append({"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]})
            if entries:
                self.last_arrival = now
                api.sqs("DeleteMessageBatch", QueueUrl=queue_url, Entries=entries)
            elif now - self.last_arrival > QUIET_SECONDS_MAX:
                return

    def produce(self, stream, events):
        api = Api(self.port)
        for begin in range(0, len(events), RECORDS_PER_PUT):
            part = events[begin : begin + RECORDS_PER_PUT]
            records = [{"Data": blob(line), "PartitionKey": str(event["id"])} for event, line in part]
            now = time.monotonic()
            for event, _ in part:
                self.put_at[event["id"]] = now
            answer = api.kinesis("PutRecords", StreamName=stream, Records=records)
            if answer.get("FailedRecordCount"):
                raise RuntimeError(f"{answer['FailedRecordCount']} records were refused")
            if TERMINAL:
                print(f"\r   put {begin + len(part):5} of {len(events)}", end="", flush=True)
            time.sleep(PAUSE_SECONDS)
        if TERMINAL:
            print("\r" + " " * 40 + "\r", end="")

    def outputs(self):
        answer = subprocess.run([MILLRACE, "status", STACK, "--json", "--endpoint-url", self.endpoint], check=True,
                                capture_output=True, text=True)
        return {output["OutputKey"]: output["OutputValue"] for output in json.loads(answer.stdout)["Outputs"]}

    def run(self):
        events = []
        for line in (EXAMPLE / "events" / "events.jsonl").read_text(encoding="utf-8").splitlines():
            events.append((json.loads(line), line))

        heading(f"millrace serve --port {self.port} --data-dir {self.data_dir}")
        self.start()
        say(f"   ready on {self.endpoint}")

        heading(f"millrace deploy examples/kinesis-to-sqs/template.yaml --stack-name {STACK}")
        self.run_cli("deploy", str(EXAMPLE / "template.yaml"), "--stack-name", STACK)
        outputs = self.outputs()

        heading(f"{len(events)} records into {outputs['StreamName']}; what the function prints:")
        self.last_arrival = time.monotonic()
        consumer = threading.Thread(target=self.consume, args=(outputs["QueueUrl"], len(events)))
        consumer.start()
        self.produce(outputs["StreamName"], events)
        consumer.join()
        time.sleep(0.2)  # the last END line
        self.summary(events, outputs)

    def summary(self, events, outputs):
        missing = len(events) - len(self.received)
        milliseconds = sorted(1000 * seconds for seconds in self.latencies)
        heading("What happened")
        say(f"   records in        {len(events):>8}")
        say(f"   invocations       {self.invocations:>8}")
        say(f"   messages out      {self.messages:>8}   with {len(self.received)} records" + (f", {missing} MISSING" if missing else ", none missing"))
        say(f"   put → receive     {statistics.median(milliseconds):>8.1f} ms median, {milliseconds[int(len(milliseconds) * 0.99)]:.1f} ms p99")
        say(f"   the data          {self.data_dir}")
        heading("What to type next")
        say(f"   build/millrace serve --data-dir {self.data_dir}    # all of it is still there")
        say('   eval "$(build/millrace env)"                        # points the AWS CLI and SDKs at it')
        say(f"   build/millrace status {STACK}")
        say(f"   build/millrace put {outputs['StreamName']} --data '{{\"id\": 1}}'")
        say(f"   build/millrace logs {outputs['FunctionName']}")
        if missing:
            sys.exit(1)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=15)


def main():
    demo = Demo()
    try:
        demo.run()
    finally:
        if hasattr(demo, "process"):
            demo.stop()


if __name__ == "__main__":
    main()

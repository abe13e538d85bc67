"""One server, one function, and many event source mappings at once: every case of a table has a source of its own, and the function writes down
what it was given, case by case, into a file that outlives Millrace."""

import concurrent.futures
import dataclasses
import json
import time

from support.server import Server, eventually

ROLE = "arn:aws:iam::000000000000:role/any"
ARN = "arn:aws:{}:us-east-1:000000000000:{}"
KEYS = ["k0", "k1", "k2"]

# A record is {"key", "n", ...}: one with "poison" fails always, one with "flaky" so many times. What is written down is whole lines, before the
# answer: {"ok", "given": [[shard, key, n], ...], "records": those it took, "source", "window", ..., "began", "ended"}.
FUNCTION = """
import base64, json, os, time
HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(os.path.dirname(HERE), "seen")
REPORTING = json.load(open(os.path.join(HERE, "reporting.json")))

def fails(case, body):
    for n in range(body.get("flaky", 0)):
        try:
            os.close(os.open(os.path.join(OUT, "flaky-%s-%s-%d-%d" % (case, body["key"], body["n"], n)), os.O_CREAT | os.O_EXCL))
            return True
        except FileExistsError:
            pass
    return body.get("poison", False)

def case_of(arn):
    return arn.split("/")[1] if ":stream/" in arn else arn.split(":")[5].removesuffix(".fifo")

def handler(event, context):
    began, items = time.time(), []
    for record in event["Records"]:
        if "kinesis" in record:
            text, item, place = base64.b64decode(record["kinesis"]["data"]), record["kinesis"]["sequenceNumber"], record["eventID"].split(":")[0]
        else:
            text, item, place = record["body"], record["messageId"], "queue"
        items.append((json.loads(text), item, place))
    source = event["eventSourceARN"] if "eventSourceARN" in event else event["Records"][0]["eventSourceARN"]
    case = case_of(source)
    time.sleep(0.01)
    failed = [item for body, item, _ in items if fails(case, body)]
    reporting = case in REPORTING
    if failed and reporting and not source.startswith("arn:aws:sqs"):
        taken = items[:[item for _, item, _ in items].index(failed[0])]
    else:
        taken = [entry for entry in items if entry[1] not in failed]
    ok = reporting or not failed
    state = event.get("state", {})
    for body, _, _ in taken:
        state[body["key"] + ":" + str(body["n"])] = state.get(body["key"] + ":" + str(body["n"]), 0) + 1
    line = {"ok": ok, "source": source, "given": [[place, body["key"], body["n"]] for body, _, place in items],
            "records": [[place, body["key"], body["n"]] for body, _, place in taken] if ok else [],
            "window": event.get("window"), "final": event.get("isFinalInvokeForWindow"), "shard": event.get("shardId"), "state": state,
            "began": began, "ended": time.time()}
    file = os.open(os.path.join(OUT, case + ".jsonl"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, (json.dumps(line) + "\\n").encode())
    os.close(file)
    if not ok:
        raise ValueError("told to")
    return {"state": state, "batchItemFailures": [{"itemIdentifier": item} for item in failed]}
"""


@dataclasses.dataclass
class Seen:
    """What the function wrote down of one case."""

    calls: list

    def taken(self):
        """(key, n) of what it took, in its order."""
        return [(key, n) for call in self.calls for _, key, n in call["records"]]

    def at_once(self):
        """How many invocations ran at the same time, at most."""
        steps = sorted([(call["began"], 1) for call in self.calls] + [(call["ended"], -1) for call in self.calls])
        running = most = 0
        for _, step in steps:
            running += step
            most = max(most, running)
        return most

    def times_given(self, key, n):
        return sum([key, n] in [record[1:] for record in call["given"]] for call in self.calls)


class World:
    def __init__(self, directory, client_of, cases, receives_max):
        """`cases`: {name: Case}, see test_mapping_table.py. A message of a queue is dead after so many receives."""
        self.receives_max = receives_max
        self.directory, self.client_of, self.cases = directory, client_of, cases
        self.put_count = {name: dict.fromkeys(KEYS, 0) for name in cases}
        self.expected = {name: [] for name in cases}
        self.given_up = {name: [] for name in cases}
        self.mappings, self.consumers, self.queue_urls, self.dead_letters = {}, {}, {}, {}
        self.pool = concurrent.futures.ThreadPoolExecutor(8)

    def __enter__(self):
        (self.directory / "code").mkdir(parents=True)
        (self.directory / "seen").mkdir()
        (self.directory / "code" / "index.py").write_text(FUNCTION)
        reporting = [name for name, case in self.cases.items() if "FunctionResponseTypes" in case.properties]
        (self.directory / "code" / "reporting.json").write_text(json.dumps(reporting))
        self.server = Server(self.directory / "data").start()
        try:
            self.connect()
            self.lambdas.create_function(FunctionName="sink", Runtime="python3.12", Handler="index.handler", Role=ROLE, Timeout=3,
                                         Code={"S3Bucket": "__local__", "S3Key": str(self.directory / "code")})
            self.each(self.make_source)
            self.each(self.map)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.pool.shutdown()
        self.server.stop()

    def connect(self):
        self.kinesis, self.sqs, self.lambdas = (self.client_of(self.server, service, max_pool_connections=8)
                                                for service in ("kinesis", "sqs", "lambda"))

    def each(self, do, names=None):
        list(self.pool.map(do, names or self.cases))

    def make_source(self, name):
        case = self.cases[name]
        if case.queue:
            dead = self.sqs.create_queue(QueueName=f"{name}-dead" + case.suffix, Attributes=case.fifo)["QueueUrl"]
            redrive = {"deadLetterTargetArn": ARN.format("sqs", f"{name}-dead" + case.suffix), "maxReceiveCount": self.receives_max}
            url = self.sqs.create_queue(QueueName=name + case.suffix, Attributes={
                "VisibilityTimeout": "4", "RedrivePolicy": json.dumps(redrive), **case.fifo})["QueueUrl"]
            self.queue_urls[name] = (url, dead)
            return
        self.kinesis.create_stream(StreamName=name, ShardCount=case.shards)
        if case.early:
            self.put(name, early=True)
        if case.consumer:
            arn = self.kinesis.register_stream_consumer(StreamARN=ARN.format("kinesis", f"stream/{name}"), ConsumerName="c")["Consumer"]["ConsumerARN"]
            eventually(lambda: self.kinesis.describe_stream_consumer(ConsumerARN=arn)["ConsumerDescription"]["ConsumerStatus"] == "ACTIVE")
            self.consumers[name] = arn
        if "DestinationConfig" in case.properties:
            self.queue_urls[name] = (None, self.sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"])

    def map(self, name):
        case = self.cases[name]
        properties = {"EventSourceArn": ARN.format("sqs", name + case.suffix)} if case.queue else {
            "EventSourceArn": self.consumers.get(name, ARN.format("kinesis", f"stream/{name}")), "StartingPosition": "TRIM_HORIZON"}
        properties.update(case.properties)
        if properties.get("StartingPosition") == "AT_TIMESTAMP":
            time.sleep(1.1)  # boto3 sends whole seconds
            properties["StartingPositionTimestamp"] = time.time()
        self.mappings[name] = self.lambdas.create_event_source_mapping(FunctionName="sink", **properties)["UUID"]

    def put(self, name, count=12, early=False, **marks):
        """`count` records, of all keys in turn; the marks are those of the middle one. Early ones came before the mapping's position."""
        case, bodies = self.cases[name], []
        for i in range(count):
            key = KEYS[i % len(KEYS)]
            body = {"key": key, "n": self.put_count[name][key], "keep": i % 4 != 3}
            self.put_count[name][key] += 1
            marked = i == count // 2
            if marked:
                body.update(marks)
            bodies.append(body)
            if early or (case.filtered and not body["keep"]):
                continue
            (self.given_up if marked and "poison" in marks else self.expected)[name].append((key, body["n"]))
        before, after = case.updates if name in self.mappings else ({}, {})
        self.update(name, before)
        if case.queue:
            for start in range(0, count, 10):
                self.sqs.send_message_batch(QueueUrl=self.queue_urls[name][0], Entries=[
                    {"Id": str(i), "MessageBody": json.dumps(body), **({"MessageGroupId": body["key"]} if case.fifo else {})}
                    for i, body in enumerate(bodies[start : start + 10])])
        else:
            answer = self.kinesis.put_records(StreamName=name, Records=[{"PartitionKey": body["key"], "Data": json.dumps(body)} for body in bodies])
            assert not answer["FailedRecordCount"]
        self.update(name, after)

    def update(self, name, properties):
        if properties:
            self.lambdas.update_event_source_mapping(UUID=self.mappings[name], **properties)

    def crash(self):
        self.server.kill()
        self.server.start()
        self.connect()

    def open_shards(self, name):
        shards = self.kinesis.list_shards(StreamName=name, ShardFilter={"Type": "AT_LATEST"})["Shards"]
        return sorted(shards, key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))

    def split(self, name):
        shard = self.open_shards(name)[0]
        low, high = (int(shard["HashKeyRange"][end]) for end in ("StartingHashKey", "EndingHashKey"))
        self.kinesis.split_shard(StreamName=name, ShardToSplit=shard["ShardId"], NewStartingHashKey=str((low + high) // 2))

    def merge(self, name):
        lower, upper = self.open_shards(name)[:2]
        self.kinesis.merge_shards(StreamName=name, ShardToMerge=lower["ShardId"], AdjacentShardToMerge=upper["ShardId"])

    def seen(self, name):
        path = self.directory / "seen" / f"{name}.jsonl"
        return Seen([json.loads(line) for line in path.read_text().splitlines()] if path.exists() else [])

    def is_complete(self, name):
        seen = self.seen(name)
        if not set(self.expected[name]) <= set(seen.taken()):
            return False
        if "TumblingWindowInSeconds" in self.cases[name].properties:
            summed = {record for call in seen.calls if call["final"] and call["ok"] for record in call["state"]}
            return summed >= {f"{key}:{n}" for key, n in self.expected[name]}
        if self.cases[name].queue:
            return all(self.is_empty(name)) and len(self.dead(name)) == len(self.given_up[name])
        return len(self.dead(name)) == len(self.given_up[name]) if name in self.queue_urls else True

    def is_empty(self, name):
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.queue_urls[name][0], AttributeNames=["All"])["Attributes"]
        return attributes["ApproximateNumberOfMessages"] == "0", attributes["ApproximateNumberOfMessagesNotVisible"] == "0"

    def dead(self, name):
        """The messages of the dead letter queue, or of the failure destination, so far."""
        got = self.dead_letters.setdefault(name, [])
        for message in self.sqs.receive_message(QueueUrl=self.queue_urls[name][1], MaxNumberOfMessages=10, VisibilityTimeout=600).get("Messages", []):
            got.append(json.loads(message["Body"]))
        return got

    def wait(self, seconds=30):
        waiting = set(self.cases)

        def all_complete():
            waiting.difference_update([name for name in waiting if self.is_complete(name)])
            return not waiting

        try:
            eventually(all_complete, seconds, interval=0.1)
        except AssertionError:
            pass  # the case's own test says what is missing

    def calls(self):
        return {name: len(self.seen(name).calls) for name in self.cases}

    def wait_for_calls(self, since, wanted, share=1.0):
        """Until that share of the cases in `wanted` had so many calls more than in `since`."""
        def enough():
            now = self.calls()
            return sum(now[name] >= since[name] + more for name, more in wanted.items()) >= share * len(wanted)

        eventually(enough, seconds=15, interval=0)

    def sequence_number(self, name, key, n):
        for shard in self.kinesis.list_shards(StreamName=name)["Shards"]:
            iterator = self.kinesis.get_shard_iterator(StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            for record in self.kinesis.get_records(ShardIterator=iterator)["Records"]:
                body = json.loads(record["Data"])
                if (body["key"], body["n"]) == (key, n):
                    return record["SequenceNumber"]
        raise AssertionError(f"{name} has no {key} {n}")

"""What is recorded of a run: every call with its start, its end and what came of it. Times are monotonic seconds of one clock."""

import dataclasses
import json

OK = "ok"
ERROR = "error"  # refused: it did not happen
UNKNOWN = "unknown"  # the connection died, or a 5xx: it may have happened


@dataclasses.dataclass(slots=True)
class Queue:
    name: str
    fifo: bool = False
    dead_letters: str = None  # name of the dead-letter queue
    receives_max: int = 0


@dataclasses.dataclass(slots=True)
class Call:
    queue: str
    start: float  # the connection stands, nothing is written yet
    end: float
    outcome: str
    error: str = ""


@dataclasses.dataclass(slots=True)
class Send(Call):
    """One message, alone or in a batch. Each attempt has a body of its own."""

    body: str = ""
    attributes: dict = dataclasses.field(default_factory=dict)  # name -> [type, value]
    group: str = None
    deduplication: str = None
    delay: int = 0
    message_id: str = None
    sequence: str = None
    digests_right: bool = True
    batch: int = None  # the same in all entries of one batch, which are recorded in their order


@dataclasses.dataclass(slots=True)
class Delivery:
    """A message as a receive showed it."""

    message_id: str
    handle: str
    body: str
    count: int  # ApproximateReceiveCount
    sent_ms: int  # SentTimestamp
    attributes: dict = dataclasses.field(default_factory=dict)
    group: str = None
    sequence: str = None
    source: str = None  # name of the queue that gave up on it
    digests_right: bool = True


@dataclasses.dataclass(slots=True)
class Receive(Call):
    visibility: float = 30
    attempt: str = None  # ReceiveRequestAttemptId
    messages: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass(slots=True)
class Delete(Call):
    handle: str = ""


@dataclasses.dataclass(slots=True)
class Change(Call):
    """ChangeMessageVisibility."""

    handle: str = ""
    timeout: float = 0


@dataclasses.dataclass(slots=True)
class Restart:
    start: float  # before the signal
    end: float  # the old process has gone; the new one starts after this
    killed: bool = True  # else it was asked to end


@dataclasses.dataclass
class History:
    queues: dict = dataclasses.field(default_factory=dict)
    calls: list = dataclasses.field(default_factory=list)
    restarts: list = dataclasses.field(default_factory=list)
    wall_offset: float = 0.0  # time.time() of monotonic 0
    drained: bool = False  # at the end everything was received and deleted
    left: dict = dataclasses.field(default_factory=dict)  # queue -> messages it said it held after that

    def of(self, kind):
        return [call for call in self.calls if type(call) is kind]

    def save(self, path):
        """As lines of JSON, for a look at what was found: `load` reads them."""
        with open(path, "w") as file:
            head = {"queues": [dataclasses.asdict(queue) for queue in self.queues.values()], "wall_offset": self.wall_offset,
                    "drained": self.drained, "left": self.left, "restarts": [dataclasses.asdict(restart) for restart in self.restarts]}
            print(json.dumps(head), file=file)
            for call in self.calls:
                print(json.dumps({"kind": type(call).__name__, **dataclasses.asdict(call)}), file=file)


def load(path):
    kinds = {kind.__name__: kind for kind in (Send, Receive, Delete, Change)}
    with open(path) as file:
        head = json.loads(next(file))
        history = History({queue["name"]: Queue(**queue) for queue in head["queues"]}, [],
                          [Restart(**restart) for restart in head["restarts"]], head["wall_offset"], head["drained"], head["left"])
        for line in file:
            fields = json.loads(line)
            call = kinds[fields.pop("kind")](**fields)
            if type(call) is Receive:
                call.messages = [Delivery(**message) for message in call.messages]
            history.calls.append(call)
    return history

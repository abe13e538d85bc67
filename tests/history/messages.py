"""The history sorted by messages: which sends made one, and each time it was handed out."""

import collections
import dataclasses

from history.events import ERROR, OK, UNKNOWN, Change, Delete, Receive, Send
from history.lives import Lives

DEDUPLICATION_SECONDS = 300
SLACK_SECONDS = 0.05  # what clocks and rounding may differ by


@dataclasses.dataclass(eq=False)
class Flight:
    """One handing-out of a message: what one receipt handle stands for. A FIFO queue's receive may be asked for again."""

    message: "Message"
    queue: str
    handle: str
    receives: list
    deliveries: list
    earliest: float = 0.0  # it was taken out of the queue not before
    latest: float = 0.0  # and not after
    life: int = 0
    forgettable: bool = False
    deletes: list = dataclasses.field(default_factory=list)
    changes: list = dataclasses.field(default_factory=list)
    # By the handles of the message's other receives, since this one began: a standard queue takes any of them.
    others_changes: list = dataclasses.field(default_factory=list)

    @property
    def count(self):
        return self.deliveries[0].count

    def settings(self):
        """(call, timeout) of everything that set its visibility timeout, in order."""
        changes = [(change, change.timeout) for change in self.changes + self.others_changes]
        return sorted([(receive, receive.visibility) for receive in self.receives] + changes, key=lambda pair: max(pair[0].start, self.receives[0].start))

    def hidden_until(self, start, end):
        """Before this moment nobody else can have been given the message, for a receive that took it between start and end."""
        (_, timeout), *later = self.settings()
        possible = [(self.earliest + timeout, self.latest)]
        for call, timeout in later:
            until = min(moment for moment, _ in possible)
            if call.outcome == ERROR or call.start >= end:
                continue
            took_hold = call.outcome == OK and call.end < until - SLACK_SECONDS and call.end <= start
            if took_hold and all(done <= call.start for _, done in possible):
                possible = []
            possible.append((call.start + timeout, call.end))
        return min(moment for moment, _ in possible)


@dataclasses.dataclass(eq=False)
class Message:
    """What one send made, or several with one deduplication id."""

    sends: list
    ids: set = dataclasses.field(default_factory=set)
    flights: dict = dataclasses.field(default_factory=lambda: collections.defaultdict(list))  # queue -> in order

    @property
    def queue(self):
        return self.sends[0].queue

    @property
    def group(self):
        return self.sends[0].group

    @property
    def earliest(self):
        return min(send.start for send in self.sends)

    @property
    def latest(self):
        return min((send.end for send in self.sends if send.outcome == OK), default=None)

    @property
    def acknowledged(self):
        return self.latest is not None

    def deletes(self, queue=None):
        """Those that may have happened."""
        return [delete for name, flights in self.flights.items() if queue in (None, name) for flight in flights
                for delete in flight.deletes if delete.outcome != ERROR]

    def __str__(self):
        return f"message {self.sends[0].body[:40]!r} of {self.queue}"


class Messages:
    """`strangers`: (receive, delivery) of what nobody sent. `by_handle`: the flights."""

    def __init__(self, history):
        self.history = history
        self.lives = Lives(history)
        self.all = []
        self.by_body = {}
        self.by_handle = {}
        self.strangers = []
        self.unknown_receives = collections.defaultdict(list)
        self._sends()
        self._receives()
        self._handles()
        for message in self.all:
            for queue, flights in message.flights.items():
                self._order(message, queue, flights)

    def _sends(self):
        by_key = {}
        for send in sorted(self.history.of(Send), key=lambda send: send.start):
            if send.outcome == ERROR:
                continue
            message = by_key.get((send.queue, send.deduplication)) if send.deduplication else None
            late = message is not None and send.end > message.earliest + DEDUPLICATION_SECONDS - SLACK_SECONDS
            if message is None or (late and send.message_id not in message.ids):
                message = Message([])
                self.all.append(message)
                by_key[send.queue, send.deduplication] = message
            message.sends.append(send)
            if send.message_id:
                message.ids.add(send.message_id)
            self.by_body[send.body] = message

    def _receives(self):
        for receive in self.history.of(Receive):
            if receive.outcome == UNKNOWN:
                self.unknown_receives[receive.queue].append(receive)
            for delivery in receive.messages:
                message = self.by_body.get(delivery.body)
                if message is None:
                    self.strangers.append((receive, delivery))
                    continue
                message.ids.add(delivery.message_id)
                flight = self.by_handle.get(delivery.handle)
                if flight is None:
                    flight = Flight(message, receive.queue, delivery.handle, [], [])
                    self.by_handle[delivery.handle] = flight
                    message.flights[receive.queue].append(flight)
                flight.receives.append(receive)
                flight.deliveries.append(delivery)

    def _handles(self):
        for call in self.history.calls:
            if type(call) in (Delete, Change) and (flight := self.by_handle.get(call.handle)):
                (flight.deletes if type(call) is Delete else flight.changes).append(call)

    def _order(self, message, queue, flights):
        fifo = self.history.queues[queue].fifo
        for flight in flights:
            flight.receives.sort(key=lambda receive: receive.start)
            flight.latest = self.lives.latest(flight.receives[0])
            flight.life = self.lives.of(flight.receives[0])
        flights.sort(key=lambda flight: flight.latest)
        for i in range(len(flights) - 1):  # answers that came nearly together may have been read the other way round
            one, two = flights[i], flights[i + 1]
            if one.life == two.life and one.count > two.count and two.receives[0].start < one.latest:
                flights[i], flights[i + 1] = two, one
        if not fifo:
            for flight in flights:
                flight.others_changes = [change for other in flights if other is not flight for change in other.changes
                                         if change.end > flight.receives[0].start]
        before = None
        for flight in flights:
            flight.earliest = max(flight.receives[0].start, message.earliest + max(0, min(send.delay for send in message.sends)))
            if before is not None and not before.forgettable:
                flight.earliest = max(flight.earliest, before.hidden_until(flight.receives[0].start, flight.latest))
            flight.earliest = min(flight.earliest, flight.latest)
            flight.forgettable = not fifo and not self._held(flight) and self.lives.may_forget(flight.receives[0])
            before = flight

    def _held(self, flight):
        """Whether an acknowledged change of its timeout made the receive durable."""
        return any(change.outcome == OK and self.lives.of(change) == flight.life and
                   change.end < flight.earliest + flight.receives[0].visibility - SLACK_SECONDS for change in flight.changes)

    def unknown_between(self, queue, start, end):
        """How many receives without an answer may have taken a message of the queue between these moments."""
        return sum(receive.start < end and self.lives.latest(receive) > start for receive in self.unknown_receives[queue])

    def receives_at_most(self, message, queue, end):
        """How often the message can have been received from the queue before this moment, and the last time that is known of."""
        flights = [flight for flight in message.flights.get(queue, []) if flight.earliest < end]
        last = flights[-1] if flights else None
        known, since = (last.count, last.earliest) if last else (0, message.earliest)
        return known + self.unknown_between(queue, since, end), last

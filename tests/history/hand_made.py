"""Histories made by hand: for the tests of the checker."""

from history.events import OK, Change, Delete, Delivery, History, Queue, Receive, Restart, Send


class Made:
    """A standard queue `q`, with dead letters in `q-dead` after two receives; `f.fifo` and `f-dead.fifo` likewise. A call takes
    10 ms unless said otherwise, and all times are seconds."""

    def __init__(self):
        queues = [Queue("q", False, "q-dead", 2), Queue("q-dead"), Queue("f.fifo", True, "f-dead.fifo", 2), Queue("f-dead.fifo", True)]
        self.history = History({queue.name: queue for queue in queues}, drained=True)
        self.numbers = 0

    def _add(self, call):
        self.history.calls.append(call)
        return call

    def send(self, at, body, queue="q", outcome=OK, **more):
        self.numbers += 1
        fields = {"message_id": f"id-{body}" if outcome == OK else None}
        if queue.endswith(".fifo"):
            sequence = f"{self.numbers:020}" if outcome == OK else None
            fields |= {"group": "g", "deduplication": body, "sequence": sequence}
        return self._add(Send(queue, at, more.pop("end", at + 0.01), outcome, body=body, **(fields | more)))

    def shown(self, send, number=1, **more):
        """The send's message as a receive shows it, with its number-th handle and receive count."""
        fields = {"message_id": send.message_id or f"id-{send.body}", "handle": f"{send.body}/{number}", "body": send.body, "count": number,
                  "sent_ms": round(send.start * 1000), "attributes": dict(send.attributes), "group": send.group, "sequence": send.sequence}
        return Delivery(**(fields | more))

    def receive(self, at, *messages, queue="q", visibility=10, outcome=OK, end=None, attempt=None):
        return self._add(Receive(queue, at, at + 0.01 if end is None else end, outcome, visibility=visibility, attempt=attempt,
                                 messages=list(messages)))

    def delete(self, at, shown, queue="q", outcome=OK):
        return self._add(Delete(queue, at, at + 0.01, outcome, handle=shown.handle))

    def change(self, at, shown, timeout, queue="q", outcome=OK):
        return self._add(Change(queue, at, at + 0.01, outcome, handle=shown.handle, timeout=timeout))

    def restart(self, at, killed=True):
        self.history.restarts.append(Restart(at, at + 0.01, killed))

    def received_and_deleted(self, at, send, number=1, **more):
        shown = self.shown(send, number, **more)
        self.receive(at, shown, queue=send.queue)
        self.delete(at + 0.1, shown, queue=send.queue)
        return shown

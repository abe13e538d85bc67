"""What is in the queues is what was sent, once, and nothing of it is lost or comes back."""

from history.events import ERROR, OK, Delete
from history.messages import SLACK_SECONDS


def never_sent(messages):
    for receive, delivery in messages.strangers:
        yield f"{receive.queue} handed out {delivery.body[:40]!r} ({delivery.message_id}), which nobody sent or which was refused"


def changed(messages):
    for message in messages.all:
        sends = {send.body: send for send in message.sends}
        for flights in message.flights.values():
            for flight in flights:
                for receive, delivery in zip(flight.receives, flight.deliveries):
                    send = sends.get(delivery.body)  # None: a handle for two messages
                    intact = send is None or (delivery.attributes, delivery.group) == (send.attributes, send.group)
                    if not intact or not delivery.digests_right:
                        yield f"{message} came with {delivery.attributes}, group {delivery.group}, not {send.attributes}, {send.group}"
        for send in message.sends:
            if not send.digests_right:
                yield f"{message}: its send was answered with wrong digests"


def doubled(messages):
    """One send is one message, and so are all sends with one deduplication id: the first that was acknowledged, or one before it."""
    for message in messages.all:
        if len(message.ids) > 1:
            yield f"{message} is there {len(message.ids)} times: {sorted(message.ids)}"
        for flights in message.flights.values():
            for body in {delivery.body for flight in flights for delivery in flight.deliveries}:
                late = any(send.body == body and message.latest is not None and message.latest < send.start for send in message.sends)
                if late:
                    yield f"{message}: what came is {body[:40]!r}, a duplicate that was sent after the first was acknowledged"


def sent_time(messages):
    """SentTimestamp lies in the send, and stays, in standard queues in the dead-letter queue, too."""
    offset = messages.history.wall_offset
    for message in messages.all:
        moved = [queue for queue in message.flights if queue != message.queue]
        keeps = not any(messages.history.queues[queue].fifo for queue in moved)
        for queue, flights in message.flights.items():
            times = {delivery.sent_ms for flight in flights for delivery in flight.deliveries}
            if len(times) > 1:
                yield f"{message} has several SentTimestamps in {queue}: {sorted(times)}"
            if queue == message.queue or keeps:
                latest = max(messages.lives.latest(send) for send in message.sends) if message.latest is None else message.latest
                sent = min(times) / 1000 - offset
                if not message.earliest - SLACK_SECONDS <= sent <= latest + SLACK_SECONDS:
                    yield f"{message} in {queue}: its SentTimestamp is {sent - message.earliest:.3f} s after the start of its send"


def lost(messages):
    """At the end everything was received and deleted: what nobody ever tried to delete was not there."""
    if not messages.history.drained:
        return
    for message in messages.all:
        if message.acknowledged and not message.deletes():
            seen = sum(map(len, message.flights.values()))
            yield f"{message} was acknowledged {message.latest:.3f}, received {seen} times, never deleted, and is gone"


def came_back(messages):
    """What was deleted is not received by a call that began after the deletion was acknowledged."""
    for message in messages.all:
        for queue, flights in message.flights.items():
            deleted = min((delete.end for flight in flights for delete in flight.deletes if delete.outcome == OK), default=None)
            for flight in flights:
                for receive in flight.receives:
                    if deleted is not None and receive.start > deleted:
                        yield f"{message} was deleted from {queue} at {deleted:.3f} and received at {receive.start:.3f}"


def left(messages):
    for queue, count in messages.history.left.items():
        if count:
            yield f"{queue} says it holds {count} messages after it was drained"


def _excused(messages, call):
    flight = messages.by_handle.get(getattr(call, "handle", None))
    if flight is None:
        return False
    ended = messages.history.queues[call.queue].fifo and call.end > flight.hidden_until(call.start, call.end) - SLACK_SECONDS
    if type(call) is Delete:
        return ended
    gone = any(delete.start < call.end for delete in flight.message.deletes())
    return ended or gone or call.queue in flight.message.flights and len(flight.message.flights) > 1


def refused(messages):
    """Nothing of this was wrong, except that a FIFO queue's handle ends with its receive, and that what is gone cannot be changed."""
    for call in messages.history.calls:
        if call.outcome == ERROR and not _excused(messages, call):
            yield f"{type(call).__name__} to {call.queue} at {call.start:.3f}: {call.error}"

"""When a message may be handed out, how its receives are counted, and when it becomes a dead letter."""

from history.messages import SLACK_SECONDS


def received_while_hidden(messages):
    """Nobody gets a message within somebody else's visibility timeout, unless a kill made the queue forget that receive."""
    for message in messages.all:
        for queue, flights in message.flights.items():
            for before, after in zip(flights, flights[1:]):
                if before.forgettable and before.life != after.life:
                    continue
                until = before.hidden_until(after.receives[0].start, after.latest)
                if after.latest < until - SLACK_SECONDS:
                    yield (f"{message} in {queue} was received at {before.latest:.3f}, hidden until {until:.3f}, "
                           f"and received again at {after.latest:.3f}")


def handle_shared(messages):
    """Each receive has a handle of its own, except that an attempt may be repeated."""
    for handle, flight in messages.by_handle.items():
        attempts = {receive.attempt for receive in flight.receives}
        if len(flight.receives) > 1 and (len(attempts) > 1 or None in attempts):
            yield f"{flight.message}: {len(flight.receives)} receives got the handle {handle[:20]}"
        if len({delivery.body for delivery in flight.deliveries}) > 1:
            yield f"the handle {handle[:20]} stands for several messages"


def received_before_delay(messages):
    for message in messages.all:
        due = message.earliest + min(send.delay for send in message.sends)
        for flights in message.flights.values():
            if flights and flights[0].latest < due - SLACK_SECONDS:
                yield f"{message} was received {due - flights[0].latest:.3f} s before its delay ended"


def _earlier(messages, message, queue):
    """The count with which the message came to the queue: a dead letter's goes on."""
    return 0 if queue == message.queue else messages.history.queues[message.queue].receives_max


def _retained(flights, last, life, earlier):
    """The least count that a restart after flights[last] may have left."""
    while last >= 0 and flights[last].forgettable and flights[last].life < life:
        last -= 1
    return flights[last].count if last >= 0 else earlier


def receive_counts(messages):
    """Each receive counts one more; those whose answer was lost may count, those that a kill made forget may not."""
    for message in messages.all:
        for queue, flights in message.flights.items():
            earlier = _earlier(messages, message, queue)
            for i, flight in enumerate(flights):
                if len({delivery.count for delivery in flight.deliveries}) > 1:
                    yield f"{message} in {queue}: one receive, repeated, counts differently"
                before = flights[i - 1].count if i else earlier
                if flight.count == before + 1:
                    continue
                least = _retained(flights, i - 1, flight.life, earlier) + 1
                since = flights[i - 1].earliest if i else message.earliest
                most = before + 1 + messages.unknown_between(queue, since, flight.latest)
                if not least <= flight.count <= most:
                    yield f"{message} in {queue}: receive count {before}, then {flight.count} at {flight.latest:.3f}, not {least}..{most}"


def received_too_often(messages):
    for message in messages.all:
        for queue, flights in message.flights.items():
            most = messages.history.queues[queue].receives_max
            for flight in flights:
                if most and flight.count > most:
                    yield f"{message} was received from {queue} for the {flight.count}th time, with maxReceiveCount {most}"


def dead_lettered_early(messages):
    """A dead letter had been received maxReceiveCount times; its last receive had ended, and it had not been deleted before that."""
    for message in messages.all:
        queue = messages.history.queues[message.queue]
        moved = message.flights.get(queue.dead_letters)
        if not moved:
            continue
        first = moved[0]
        count, last = messages.receives_at_most(message, message.queue, first.latest)
        if count < queue.receives_max:
            yield f"{message} became a dead letter after {count} receives, not {queue.receives_max}"
        if last is None or (last.forgettable and last.life != first.life):
            continue
        until = last.hidden_until(first.receives[0].start, first.latest)
        if first.latest < until - SLACK_SECONDS:
            yield f"{message} became a dead letter {until - first.latest:.3f} s before its last receive ended"
        for delete in message.deletes(message.queue):
            if delete.outcome == "ok" and delete.end < until - SLACK_SECONDS:
                yield f"{message} became a dead letter after its deletion was acknowledged at {delete.end:.3f}"


def dead_letter_left_behind(messages):
    """A dead letter has left its queue, and says which that was."""
    for message in messages.all:
        for queue, flights in message.flights.items():
            if queue == message.queue:
                continue
            sources = {delivery.source for flight in flights for delivery in flight.deliveries}
            if queue != messages.history.queues[message.queue].dead_letters or sources != {message.queue}:
                yield f"{message} is in {queue} and says it came from {sources}"
            seen = min(flight.receives[0].end for flight in flights)
            for flight in message.flights.get(message.queue, []):
                if any(receive.start > seen for receive in flight.receives):
                    yield f"{message} was a dead letter at {seen:.3f} and was received from its queue later"

"""What a FIFO queue adds: the order of each group, which is its lock, too, and sequence numbers."""

import collections
import math

from history.events import OK, Receive
from history.messages import SLACK_SECONDS


def _groups(messages):
    """(queue, group) -> flights, of FIFO queues."""
    groups = collections.defaultdict(list)
    for message in messages.all:
        for queue, flights in message.flights.items():
            if messages.history.queues[queue].fifo:
                groups[queue, message.group].extend(flights)
    return groups


def _gone(messages, message, queue):
    """The earliest moment at which the message may have left the queue."""
    moments = [delete.start for delete in message.deletes(queue)]
    kind = messages.history.queues[queue]
    if kind.dead_letters:
        count, last = messages.receives_at_most(message, queue, math.inf)
        moved = message.flights.get(kind.dead_letters) if messages.history.drained else count >= kind.receives_max
        if moved:
            moments.append(last.hidden_until(math.inf, math.inf) - SLACK_SECONDS if last else message.earliest)
    return min(moments, default=math.inf)


def _numbers(messages):
    """(queue, group) -> [(sequence number, message)], as sends and receives told."""
    numbers = collections.defaultdict(dict)
    for message in messages.all:
        for send in message.sends:
            if send.sequence:
                numbers[send.queue, message.group].setdefault(send.sequence, message)
        for queue, flights in message.flights.items():
            for flight in flights:
                for delivery in flight.deliveries:
                    if delivery.sequence:
                        numbers[queue, message.group].setdefault(delivery.sequence, message)
    return numbers


def group_order(messages):
    """Nobody gets a message of a group while one before it is there, unless that stands before it in the same answer."""
    numbers = _numbers(messages)
    for (queue, group), flights in _groups(messages).items():
        line = sorted(((int(number), message) for number, message in numbers[queue, group].items()), key=lambda pair: pair[0])
        places = {id(message): place for place, (_, message) in enumerate(line)}
        gone = [_gone(messages, message, queue) for _, message in line]
        latest_gone = [-math.inf]
        for moment in gone:
            latest_gone.append(max(latest_gone[-1], moment))
        for flight in flights:
            for receive in flight.receives:
                ahead = {id(messages.by_body.get(delivery.body)) for delivery in _before(receive, flight)}
                for place in range(places.get(id(flight.message), 0) - 1, -1, -1):
                    if latest_gone[place + 1] <= receive.end:
                        break
                    before = line[place][1]
                    if gone[place] > receive.end and id(before) not in ahead and before is not flight.message:
                        yield f"{flight.message} was received from {queue} at {receive.end:.3f} while {before} stood before it in group {group}"
                        break


def _before(receive, flight):
    for delivery in receive.messages:
        if delivery.handle == flight.handle:
            return
        yield delivery


def sequence_numbers(messages):
    """They increase from send to send, in a batch from entry to entry, and stay with their message."""
    by_queue = collections.defaultdict(list)
    for message in messages.all:
        if not messages.history.queues[message.queue].fifo:
            continue
        told = {send.sequence for send in message.sends if send.sequence}
        for queue, flights in message.flights.items():
            shown = {delivery.sequence for flight in flights for delivery in flight.deliveries}
            if queue == message.queue:
                told |= shown
            elif len(shown) > 1:
                yield f"{message} has several sequence numbers in {queue}: {shown}"
        if len(told) > 1:
            yield f"{message} has several sequence numbers: {told}"
        if message.acknowledged and told and None not in told:
            by_queue[message.queue].append((message, int(min(told))))
    for queue, sent in by_queue.items():
        yield from _increase(queue, sent)
        yield from _batches_increase(sent)


def _increase(queue, sent):
    """Of two sends that did not overlap, the later has the greater number."""
    done = sorted((message.latest, number) for message, number in sent)
    place, greatest = 0, -1
    for message, number in sorted(sent, key=lambda pair: pair[0].earliest):
        while place < len(done) and done[place][0] < message.earliest:
            greatest = max(greatest, done[place][1])
            place += 1
        if number <= greatest:
            yield f"{message} has sequence number {number}, and {greatest} was given in {queue} before it was sent"


def _batches_increase(sent):
    batches = collections.defaultdict(list)
    for message, number in sent:
        first = message.sends[0]
        if first.batch is not None and len(message.sends) == 1 and first.outcome == OK:
            batches[first.batch, first.group].append((message, number))
    for entries in batches.values():
        for (_, number), (after, later) in zip(entries, entries[1:]):
            if later <= number:
                yield f"{after} has sequence number {later}, not greater than that of the entry before it in its batch"


def attempt_kept(messages):
    """A repeated ReceiveRequestAttemptId gets the same again, while nobody deleted or changed it and its timeout runs."""
    attempts = collections.defaultdict(list)
    for receive in messages.history.of(Receive):
        if receive.attempt and receive.outcome == OK:
            attempts[receive.queue, receive.attempt].append(receive)
    for (queue, attempt), receives in attempts.items():
        receives.sort(key=lambda receive: receive.start)
        for one, two in zip(receives, receives[1:]):
            flights = [messages.by_handle[delivery.handle] for delivery in one.messages if delivery.handle in messages.by_handle]
            untouched = all(messages.lives.latest(two) < flight.hidden_until(two.start, two.end) - SLACK_SECONDS and
                            not any(call.start < two.end for call in flight.message.deletes(queue) + flight.changes) for flight in flights)
            if one.end <= two.start and flights and untouched and [d.handle for d in one.messages] != [d.handle for d in two.messages]:
                yield (f"the attempt {attempt} got {len(one.messages)} messages from {queue} at {one.end:.3f} "
                       f"and {len(two.messages)} others at {two.end:.3f}")

"""Proves from a history alone that the queues kept their promises. `python -m history.checker FILE` looks at a saved one."""

import collections
import sys

from history import contents, fifo, handing_out
from history.events import load
from history.messages import Messages

RULES = {
    "never sent": contents.never_sent,
    "changed": contents.changed,
    "doubled": contents.doubled,
    "sent time": contents.sent_time,
    "lost": contents.lost,
    "came back": contents.came_back,
    "left": contents.left,
    "refused": contents.refused,
    "received while hidden": handing_out.received_while_hidden,
    "handle shared": handing_out.handle_shared,
    "received before delay": handing_out.received_before_delay,
    "receive count": handing_out.receive_counts,
    "received too often": handing_out.received_too_often,
    "dead-lettered early": handing_out.dead_lettered_early,
    "dead letter left behind": handing_out.dead_letter_left_behind,
    "group order": fifo.group_order,
    "sequence numbers": fifo.sequence_numbers,
    "attempt kept": fifo.attempt_kept,
}

Violation = collections.namedtuple("Violation", "rule text")


def check(history):
    """Everything in the history that a right queue could not have done."""
    messages = Messages(history)
    return [Violation(name, text) for name, rule in RULES.items() for text in rule(messages)]


if __name__ == "__main__":
    found = check(load(sys.argv[1]))
    for violation in found:
        print(f"{violation.rule}: {violation.text}")
    sys.exit(1 if found else 0)

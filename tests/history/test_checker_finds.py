"""Bad histories, made by hand: the checker finds each, and names what is wrong."""

import pytest

from history.checker import RULES, check
from history.events import ERROR, UNKNOWN
from history.hand_made import Made

CASES = []


def bad(rule, *also):
    """What the history is made for, and what is wrong with it because of that."""
    def add(make):
        CASES.append(pytest.param(rule, also, make, id=f"{rule}: {make.__name__}".replace("_", " ")))
        return make

    return add


@pytest.mark.parametrize("rule, also, make", CASES)
def test_it_is_found(rule, also, make):
    made = Made()
    make(made)
    assert {violation.rule for violation in check(made.history)} == {rule, *also}


def test_each_rule_has_a_bad_history():
    assert {case.values[0] for case in CASES} == set(RULES)


@bad("never sent")
def from_nowhere(made):
    stranger = made.shown(made.send(1, "a"))
    made.history.calls.clear()
    made.receive(2, stranger)


@bad("never sent")
def refused_and_there(made):
    send = made.send(1, "a", queue="f.fifo")
    made.received_and_deleted(2, send)
    send.outcome, send.error = ERROR, "InvalidParameterValue"
    made.history.calls.remove(send)  # its refusal alone would be found, too
    made.history.calls.append(made.send(1, "b", outcome=UNKNOWN))


@bad("changed")
def other_attributes(made):
    made.received_and_deleted(2, made.send(1, "a", attributes={"n": ["Number", "1"]}), attributes={"n": ["Number", "2"]})


@bad("changed")
def wrong_digest(made):
    made.received_and_deleted(2, made.send(1, "a"), digests_right=False)


@bad("changed")
def wrong_digest_of_a_send(made):
    made.received_and_deleted(2, made.send(1, "a", digests_right=False))


@bad("doubled", "received while hidden", "receive count")
def one_send_two_messages(made):
    send = made.send(1, "a")
    made.received_and_deleted(2, send)
    made.receive(2.01, made.shown(send, handle="other", message_id="other"), end=2.05)


@bad("doubled", "came back", "handle shared")
def retried_after_unknown(made):
    made.send(1, "a", queue="f.fifo", outcome=UNKNOWN)
    again = made.send(2, "a again", queue="f.fifo", deduplication="a")
    first = made.shown(again, body="a", message_id="other")
    made.receive(3, first, queue="f.fifo")
    made.delete(3.1, first, queue="f.fifo")
    made.received_and_deleted(4, again)


@bad("doubled")
def later_duplicate_wins(made):
    first = made.send(1, "a", queue="f.fifo")
    made.send(2, "b", queue="f.fifo", deduplication="a", message_id=first.message_id, sequence=first.sequence)
    made.received_and_deleted(3, first, body="b")


@bad("sent time")
def not_when_it_was_sent(made):
    made.received_and_deleted(2, made.send(1, "a"), sent_ms=1900)


@bad("sent time")
def changed_by_the_move(made):
    send = made.send(1, "a")
    for number in (1, 2):
        made.receive(2 * number, made.shown(send, number), visibility=1)
    dead = made.shown(send, handle="dead", source="q", count=3, sent_ms=6000)
    made.receive(6, dead, queue="q-dead")
    made.delete(6.1, dead, queue="q-dead")


@bad("lost")
def never_received(made):
    made.send(1, "a")


@bad("lost")
def received_and_gone(made):
    made.receive(2, made.shown(made.send(1, "a")))


@bad("lost")
def deletion_was_refused(made):
    shown = made.shown(made.send(1, "a", queue="f.fifo"))
    made.receive(2, shown, queue="f.fifo", visibility=1)
    made.delete(5, shown, queue="f.fifo", outcome=ERROR)  # the handle had ended


@bad("came back")
def after_its_deletion(made):
    send = made.send(1, "a")
    made.received_and_deleted(2, send)
    made.receive(20, made.shown(send, 2))


@bad("came back")
def after_a_kill(made):
    send = made.send(1, "a")
    made.received_and_deleted(2, send)
    made.restart(2.5)
    made.receive(20, made.shown(send, 2))


@bad("left")
def counts(made):
    made.history.left["q"] = 1


@bad("refused")
def good_handle(made):
    send = made.send(1, "a", queue="f.fifo")
    shown = made.shown(send)
    made.receive(2, shown, queue="f.fifo")
    made.delete(3, shown, queue="f.fifo", outcome=ERROR)
    made.delete(20, shown, queue="f.fifo", outcome=UNKNOWN)


@bad("refused")
def old_handle_of_a_standard_queue(made):
    shown = made.shown(made.send(1, "a"))
    made.receive(2, shown, visibility=1)
    made.delete(5, shown, outcome=ERROR)
    made.delete(6, shown)


@bad("received while hidden")
def by_two(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1))
    made.received_and_deleted(11.9, send, 2)


@bad("received while hidden")
def after_it_was_extended(made):
    send = made.send(1, "a")
    first = made.shown(send)
    made.receive(2, first)
    made.change(8, first, 30)
    made.received_and_deleted(13, send, 2)


@bad("received while hidden")
def after_it_was_extended_by_the_handle_of_an_earlier_receive(made):
    made.history.queues["q"].receives_max = 0
    send = made.send(1, "a")
    first = made.shown(send)
    made.receive(2, first, visibility=1)
    made.receive(4, made.shown(send, 2))
    made.change(8, first, 30)
    made.received_and_deleted(15, send, 3)


@bad("received while hidden")
def given_back_by_a_handle_that_a_fifo_queue_does_not_take(made):
    made.history.queues["f.fifo"].receives_max = 0
    send = made.send(1, "a", queue="f.fifo")
    first = made.shown(send)
    made.receive(2, first, queue="f.fifo", visibility=1)
    made.receive(4, made.shown(send, 2), queue="f.fifo")
    made.change(5, first, 0, queue="f.fifo")
    made.received_and_deleted(5.02, send, 3)


@bad("received while hidden")
def after_a_change_that_was_refused(made):
    send = made.send(1, "a")
    first = made.shown(send)
    made.receive(2, first)
    made.delete(2.5, first, outcome=UNKNOWN)
    made.change(3, first, 0, outcome=ERROR)
    made.received_and_deleted(4, send, 2)


@bad("received while hidden")
def before_a_kill_may_forget_it(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1))
    made.received_and_deleted(2.05, send, 2)
    made.restart(2.2)


@bad("received while hidden")
def forgotten_by_a_clean_restart(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1))
    made.restart(2.1, killed=False)
    made.received_and_deleted(4, send, 2)


@bad("received while hidden")
def forgotten_though_written(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1))
    made.received_and_deleted(2.1, made.send(2.05, "b"))  # this send is behind the receive in the journal
    made.restart(2.5)
    made.received_and_deleted(4, send, 2)


@bad("received while hidden")
def forgotten_long_before_the_kill(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1))
    made.restart(6)
    made.received_and_deleted(7, send, 2)


@bad("received while hidden")
def forgotten_though_changed(made):
    send = made.send(1, "a")
    first = made.shown(send, 1)
    made.receive(2, first)
    made.change(2.1, first, 10)  # waits for its entry, which says that it was received
    made.restart(2.2)
    made.received_and_deleted(4, send, 2)


@bad("handle shared")
def one_handle_for_two_receives(made):
    shown = made.shown(made.send(1, "a"))
    made.receive(2, shown)
    made.receive(20, shown)
    made.delete(21, shown)


@bad("handle shared", "lost")
def one_handle_for_two_messages(made):
    one, two = made.send(1, "a"), made.send(1, "b")
    made.receive(2, shown := made.shown(one), made.shown(two, handle="a/1"))
    made.delete(3, shown)


@bad("received before delay")
def too_early(made):
    made.received_and_deleted(3, made.send(1, "a", delay=5))


@bad("receive count")
def not_from_one(made):
    made.received_and_deleted(2, made.send(1, "a"), 2)


@bad("receive count")
def stands_still(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1))
    made.received_and_deleted(20, send, 2, count=1)


@bad("receive count")
def goes_back_by_more_than_was_forgotten(made):
    send = made.send(1, "a", queue="q-dead")
    made.receive(2, made.shown(send, 1), queue="q-dead", visibility=1)
    made.receive(4, made.shown(send, 2), queue="q-dead", visibility=1)
    made.receive(6, made.shown(send, 3), queue="q-dead")
    made.restart(6.1)
    made.received_and_deleted(6.3, send, 4, count=2)


@bad("receive count")
def jumps(made):
    send = made.send(1, "a", queue="q-dead")
    made.receive(2, made.shown(send, 1), queue="q-dead", visibility=1)
    made.receive(3, outcome=UNKNOWN, queue="q-dead")
    made.received_and_deleted(20, send, 4)


@bad("received too often")
def instead_of_dead(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1), visibility=1)
    made.receive(4, made.shown(send, 2), visibility=1)
    made.received_and_deleted(6, send, 3)


def dead(made, at, send, queue="q", **more):
    shown = made.shown(send, handle=f"{send.body}/dead", **({"source": queue, "count": 3} | more))
    target = made.history.queues[queue].dead_letters
    made.receive(at, shown, queue=target)
    made.delete(at + 0.1, shown, queue=target)


@bad("dead-lettered early")
def after_one_receive(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1), visibility=1)
    dead(made, 6, send)


@bad("dead-lettered early")
def while_it_was_received(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1), visibility=1)
    made.receive(4, made.shown(send, 2), visibility=10)
    dead(made, 6, send)


@bad("dead-lettered early")
def after_its_deletion_was_acknowledged(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1), visibility=1)
    made.receive(4, second := made.shown(send, 2), visibility=10)
    made.delete(5, second)
    dead(made, 20, send)


@bad("receive count")
def a_dead_letter_begins_anew(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1), visibility=1)
    made.receive(4, made.shown(send, 2), visibility=1)
    dead(made, 6, send, count=1)


@bad("dead letter left behind", "receive count")
def two_of_it(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1), visibility=1)
    made.receive(4, made.shown(send, 2), visibility=1)
    dead(made, 6, send)
    made.restart(6.2)
    made.receive(7, made.shown(send, 3, count=1))


@bad("dead letter left behind")
def wrong_source(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1), visibility=1)
    made.receive(4, made.shown(send, 2), visibility=1)
    dead(made, 6, send, source="q-dead")


@bad("group order")
def overtaken_while_in_flight(made):
    a, b = made.send(1, "a", queue="f.fifo"), made.send(1.1, "b", queue="f.fifo")
    one, two = made.shown(a), made.shown(b)
    made.receive(2, one, two, queue="f.fifo")
    made.change(3, two, 0, queue="f.fifo")
    made.received_and_deleted(4, b, 2)  # a is in flight still
    made.delete(5, one, queue="f.fifo")


@bad("group order")
def by_overlapping_receives(made):
    a, b = made.send(1, "a", queue="f.fifo"), made.send(1.1, "b", queue="f.fifo")
    one, two = made.shown(a, 2), made.shown(b, 2)
    made.receive(2, made.shown(a), made.shown(b), queue="f.fifo", visibility=1)
    made.receive(4, one, queue="f.fifo", end=4.5)
    made.receive(4, two, queue="f.fifo", end=4.6)
    made.delete(5, one, queue="f.fifo")
    made.delete(5, two, queue="f.fifo")


@bad("group order")
def overtaken(made):
    a, b = made.send(1, "a", queue="f.fifo"), made.send(1.1, "b", queue="f.fifo")
    made.received_and_deleted(2, b)
    made.received_and_deleted(3, a)


@bad("group order")
def overtaken_in_one_receive(made):
    a, b = made.send(1, "a", queue="f.fifo"), made.send(1.1, "b", queue="f.fifo")
    one, two = made.shown(a), made.shown(b)
    made.receive(2, two, one, queue="f.fifo")
    made.delete(3, one, queue="f.fifo")
    made.delete(3, two, queue="f.fifo")


@bad("group order")
def overtaken_after_its_timeout(made):
    a, b = made.send(1, "a", queue="f.fifo"), made.send(1.1, "b", queue="f.fifo")
    made.receive(2, made.shown(a), queue="f.fifo", visibility=1)
    made.received_and_deleted(4, b)
    made.received_and_deleted(5, a, 2)


@bad("sequence numbers")
def decrease(made):
    a, b = made.send(1, "a", queue="f.fifo", sequence="7"), made.send(2, "b", queue="f.fifo", sequence="5", group="h")
    made.received_and_deleted(3, a)
    made.received_and_deleted(4, b)


@bad("sequence numbers")
def decrease_in_a_batch(made):
    a = made.send(1, "a", queue="f.fifo", sequence="7", batch=1)
    b = made.send(1, "b", queue="f.fifo", sequence="5", batch=1)
    made.received_and_deleted(3, b)
    made.received_and_deleted(4, a)


@bad("sequence numbers")
def change(made):
    made.received_and_deleted(3, made.send(1, "a", queue="f.fifo", sequence="7"), sequence="8")


@bad("attempt kept")
def repeated_in_vain(made):
    shown = made.shown(made.send(1, "a", queue="f.fifo"))
    made.receive(2, shown, queue="f.fifo", attempt="x")
    made.receive(3, queue="f.fifo", attempt="x")
    made.delete(4, shown, queue="f.fifo")

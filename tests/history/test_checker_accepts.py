"""Good histories, made by hand, at the edge of what is allowed: the checker finds nothing."""

import pytest

from history.checker import check
from history.events import ERROR, UNKNOWN, load
from history.hand_made import Made

CASES = []


def good(make):
    CASES.append(pytest.param(make, id=make.__name__.replace("_", " ")))
    return make


@pytest.mark.parametrize("make", CASES)
def test_it_is_accepted(make):
    made = Made()
    make(made)
    assert check(made.history) == []


def test_a_saved_history_is_the_same(tmp_path):
    made = Made()
    made.received_and_deleted(2, made.send(1, "a", attributes={"n": ["Number", "1"]}))
    made.receive(3, outcome=UNKNOWN)
    made.restart(4)
    made.history.save(tmp_path / "history")
    assert load(tmp_path / "history") == made.history


@good
def sent_received_deleted(made):
    made.received_and_deleted(2, made.send(1, "a", attributes={"n": ["Number", "1"]}))
    made.received_and_deleted(2, made.send(1.1, "b", queue="f.fifo"))
    made.history.left["q"] = 0


@good
def unknown_send_never_seen(made):
    made.send(1, "a", outcome=UNKNOWN)
    made.send(1, "b", outcome=ERROR, queue="q")
    made.history.calls.pop()


@good
def unknown_send_seen(made):
    made.received_and_deleted(2, made.send(1, "a", outcome=UNKNOWN))


@good
def unknown_deletion_that_happened(made):
    shown = made.shown(made.send(1, "a"))
    made.receive(2, shown)
    made.delete(3, shown, outcome=UNKNOWN)


@good
def unknown_deletion_that_did_not(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send))
    made.delete(3, made.shown(send), outcome=UNKNOWN)
    made.received_and_deleted(13, send, 2)


@good
def received_while_it_is_deleted(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send), visibility=1)
    made.receive(4, made.shown(send, 2))
    made.delete(3.995, made.shown(send))


@good
def deleted_by_an_old_handle(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send), visibility=1)
    made.receive(4, made.shown(send, 2))
    made.delete(5, made.shown(send))


@good
def received_again_after_its_timeout(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send), visibility=3)
    made.received_and_deleted(5.01, send, 2)


@good
def received_by_a_long_poll_that_began_before(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send), visibility=3)
    made.receive(2.5, made.shown(send, 2), end=5.02)
    made.delete(6, made.shown(send, 2))


@good
def answers_read_the_other_way_round(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send), visibility=1, end=3.5)
    made.receive(3.05, second := made.shown(send, 2), end=3.2)
    made.delete(4, second)


@good
def given_back(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send))
    made.change(3, made.shown(send), 0)
    made.received_and_deleted(3.02, send, 2)


@good
def given_back_by_the_handle_of_an_earlier_receive(made):
    made.history.queues["q"].receives_max = 0
    send = made.send(1, "a")
    first = made.shown(send)
    made.receive(2, first, visibility=1)
    made.receive(4, made.shown(send, 2))
    made.change(5, first, 0)  # a standard queue takes it
    made.received_and_deleted(5.02, send, 3)


@good
def perhaps_given_back(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send))
    made.change(3, made.shown(send), 0, outcome=UNKNOWN)
    made.received_and_deleted(3.02, send, 2)


@good
def perhaps_extended(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send), visibility=3)
    made.change(3, made.shown(send), 30, outcome=UNKNOWN)
    made.received_and_deleted(5.02, send, 2)


@good
def extended_too_late(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send), visibility=3)
    made.change(5.01, made.shown(send), 30)
    made.received_and_deleted(5.03, send, 2)


@good
def forgotten_by_a_kill(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send))
    made.restart(2.1)
    made.received_and_deleted(2.3, send, count=1, number=2)


@good
def changed_after_a_kill_forgot_it(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send))
    made.restart(2.1)
    made.change(2.2, made.shown(send), 10)
    made.received_and_deleted(2.3, send, count=1, number=2)


@good
def remembered_by_a_kill(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send))
    made.restart(2.1)
    made.received_and_deleted(12.1, send, 2)


@good
def two_receives_forgotten(made):
    send = made.send(1, "a", queue="q-dead")
    made.receive(2, made.shown(send), queue="q-dead")
    made.change(2.02, made.shown(send), 0, queue="q-dead", outcome=UNKNOWN)
    made.receive(2.04, made.shown(send, 2), queue="q-dead")
    made.restart(2.1)
    made.received_and_deleted(2.3, send, count=1, number=3)


@good
def a_lost_answer_counts(made):
    send = made.send(1, "a")
    made.receive(2, outcome=UNKNOWN)
    made.restart(2.05)
    made.received_and_deleted(13, send, 2)


@good
def a_lost_answer_does_not_count(made):
    send = made.send(1, "a")
    made.receive(2, outcome=UNKNOWN)
    made.restart(2.05)
    made.received_and_deleted(2.3, send)


@good
def answer_read_after_the_kill(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send), end=2.6)
    made.restart(2.05)
    made.received_and_deleted(2.5, send, count=1, number=2)


@good
def dead_letter(made):
    send = made.send(1, "a")
    made.receive(2, made.shown(send, 1), visibility=1)
    made.receive(4, made.shown(send, 2), visibility=1)
    made.receive(5.02)
    made.received_and_deleted(5.04, send, handle="dead", source="q", count=3)
    made.history.calls[-1].queue = made.history.calls[-2].queue = "q-dead"


@good
def dead_letter_by_a_lost_answer(made):
    send = made.send(1, "a", queue="f.fifo")
    after = made.send(1.5, "b", queue="f.fifo")
    made.receive(2, made.shown(send, 1), queue="f.fifo", visibility=1)
    made.receive(4, queue="f.fifo", outcome=UNKNOWN)
    made.received_and_deleted(15, after)
    made.received_and_deleted(16, send, handle="dead", source="f.fifo", count=3, sent_ms=15000, sequence="99")
    made.history.calls[-1].queue = made.history.calls[-2].queue = "f-dead.fifo"


@good
def retried_send_is_one_message(made):
    made.send(1, "a", queue="f.fifo", outcome=UNKNOWN)
    again = made.send(2, "b", queue="f.fifo", deduplication="a")
    made.received_and_deleted(3, again, body="a")


@good
def retried_send_came_first(made):
    made.send(1, "a", queue="f.fifo", outcome=UNKNOWN)
    again = made.send(2, "b", queue="f.fifo", deduplication="a")
    made.received_and_deleted(3, again)


@good
def same_deduplication_id_after_its_time(made):
    for number, at in enumerate((1, 400)):
        made.received_and_deleted(at + 1, made.send(at, f"a{number}", queue="f.fifo", deduplication="a"))


@good
def group_in_one_receive(made):
    shown = [made.shown(made.send(1 + n / 10, f"m{n}", queue="f.fifo")) for n in range(3)]
    made.receive(2, *shown, queue="f.fifo")
    for one in shown:
        made.delete(3, one, queue="f.fifo")


@good
def groups_beside_each_other(made):
    made.receive(2, one := made.shown(made.send(1, "a", queue="f.fifo", group="g")), queue="f.fifo")
    made.receive(2.1, two := made.shown(made.send(1.1, "b", queue="f.fifo", group="h")), queue="f.fifo")
    made.delete(3, two, queue="f.fifo")
    made.delete(3, one, queue="f.fifo")


@good
def next_of_the_group_after_an_unknown_deletion(made):
    a, b = made.send(1, "a", queue="f.fifo"), made.send(1.1, "b", queue="f.fifo")
    made.receive(2, made.shown(a), queue="f.fifo")
    made.delete(3, made.shown(a), queue="f.fifo", outcome=UNKNOWN)
    made.received_and_deleted(3.005, b)


@good
def returned_while_one_behind_it_is_in_flight(made):
    a, b = made.send(1, "a", queue="f.fifo"), made.send(1.1, "b", queue="f.fifo")
    one, two = made.shown(a), made.shown(b)
    made.receive(2, one, two, queue="f.fifo")
    made.change(3, one, 0, queue="f.fifo")
    made.received_and_deleted(4, a, 2)
    made.delete(5, two, queue="f.fifo")


@good
def group_after_its_timeout(made):
    a, b = made.send(1, "a", queue="f.fifo"), made.send(1.1, "b", queue="f.fifo")
    made.receive(2, made.shown(a), made.shown(b), queue="f.fifo", visibility=1)
    made.receive(3.02, one := made.shown(a, 2), two := made.shown(b, 2), queue="f.fifo")
    made.delete(3.1, made.shown(a), queue="f.fifo", outcome=ERROR)
    made.delete(4, one, queue="f.fifo")
    made.delete(4, two, queue="f.fifo")


@good
def attempt_repeated(made):
    shown = made.shown(made.send(1, "a", queue="f.fifo"))
    made.receive(2, shown, queue="f.fifo", attempt="x", visibility=3)
    made.restart(3)
    made.receive(4, shown, queue="f.fifo", attempt="x", visibility=3)
    made.receive(6, queue="f.fifo")
    made.delete(6.5, shown, queue="f.fifo")


@good
def attempt_repeated_after_a_deletion(made):
    a, b = made.send(1, "a", queue="f.fifo"), made.send(1.1, "b", queue="f.fifo")
    made.receive(2, one := made.shown(a), queue="f.fifo", attempt="x")
    made.delete(3, one, queue="f.fifo")
    made.receive(4, two := made.shown(b), queue="f.fifo", attempt="x")
    made.delete(5, two, queue="f.fifo")


@good
def overlapping_sends_in_any_order(made):
    a = made.send(1, "a", queue="f.fifo", sequence="7", end=1.5)
    b = made.send(1.2, "b", queue="f.fifo", sequence="5")
    made.received_and_deleted(3, b)
    made.received_and_deleted(4, a)


@good
def change_of_what_is_gone(made):
    send = made.send(1, "a")
    made.received_and_deleted(2, send)
    made.change(3, made.shown(send), 5, outcome=ERROR)

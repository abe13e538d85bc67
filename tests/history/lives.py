"""The lives of the server between its restarts, and what a kill may take."""

import bisect

from history.events import OK, Send

# A receive of a standard queue is written at once but not waited for. Later than this before a kill, it may be forgotten.
LAST_MOMENT_SECONDS = 1.0


class Lives:
    def __init__(self, history):
        self.restarts = sorted(history.restarts, key=lambda restart: restart.end)
        self.ends = [restart.end for restart in self.restarts]
        # The journal is one sequence: when a send is acknowledged, everything written before it began is durable. FIFO sends may be
        # duplicates, which write nothing.
        self.written = {}
        for call in history.calls:
            if type(call) is Send and call.outcome == OK and not history.queues[call.queue].fifo:
                life = self.of(call)
                self.written[life] = max(self.written.get(life, 0), call.start)

    def of(self, call):
        """The life that answered: a call's connection stands before its start, and a new process begins after the old one's end."""
        return bisect.bisect_right(self.ends, call.start)

    def latest(self, call):
        """When the server can have acted at the latest."""
        life = self.of(call)
        return min(call.end, self.ends[life]) if life < len(self.ends) else call.end

    def may_forget(self, receive):
        """Whether the restart after this receive of a standard queue may have forgotten it."""
        life = self.of(receive)
        if life >= len(self.restarts) or not self.restarts[life].killed:
            return False
        return receive.end > self.written.get(life, 0) and receive.end > self.restarts[life].start - LAST_MOMENT_SECONDS

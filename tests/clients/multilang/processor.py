"""A record processor of the Kinesis Client Library for Python. What it says goes to a file, a line an event, WORKER EVENT SHARD [KEY DATA]: its standard
output belongs to the daemon that runs it.

usage: processor.py LIBRARY WORKER FILE
"""

import sys

sys.path.insert(0, sys.argv[1])

from amazon_kclpy import kcl
from amazon_kclpy.v3 import processor

WORKER, FILE = sys.argv[2:]


class Processor(processor.RecordProcessorBase):
    def say(self, *words):
        with open(FILE, "a") as file:
            file.write(" ".join([WORKER, *words]) + "\n")

    def initialize(self, input):
        self.shard = input.shard_id
        self.say("starts", self.shard)

    def process_records(self, input):
        for record in input.records:
            self.say("record", self.shard, record.partition_key, record.binary_data.decode())
        if input.records:
            self.checkpoint(input.checkpointer)

    def lease_lost(self, input):
        self.say("lost", self.shard)

    def shard_ended(self, input):
        self.say("ends", self.shard)
        self.checkpoint(input.checkpointer)

    def shutdown_requested(self, input):
        self.checkpoint(input.checkpointer)

    @staticmethod
    def checkpoint(checkpointer):
        try:
            checkpointer.checkpoint()
        except kcl.CheckpointError as error:
            if error.value not in ("ShutdownException", "InvalidStateException"):
                raise


kcl.KCLProcess(Processor()).run()

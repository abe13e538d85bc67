"""SIGKILL under load, again and again: nothing acknowledged may be lost, nothing deleted may come back.

Writers note what the server acknowledged; after every kill the server is started on the same data, and what is new since the last
kill is looked up. At the very end everything noted is looked up once more. MILLRACE_KILLS sets the number of kills, MILLRACE_SEED
repeats a run's timing."""

import os
import random
import time

from aws_json import Api
from crash.checks import (VISIBILITY_SECONDS, NewMessages, NewRecords, NewStreams, check_all_records, check_all_streams,
                          check_pipeline, check_queue)
from crash.load import History, Load
from support.server import ROOT, Server

KILLS = int(os.environ.get("MILLRACE_KILLS", "20"))
SEED = int(os.environ.get("MILLRACE_SEED", str(random.randrange(10**6))))


def deploy_pipeline(server, client_of):
    function = (ROOT / "examples/kinesis-to-sqs/functions/cpp/package").resolve()
    api = Api(server.port)
    api.kinesis("CreateStream", StreamName="events", ShardCount=2)
    api.sqs("CreateQueue", QueueName="work", Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS)})
    url = api.sqs("CreateQueue", QueueName="delivered")["QueueUrl"]
    lambdas = client_of(server, "lambda")
    lambdas.create_function(
        FunctionName="forward", Runtime="provided.al2023", Handler="bootstrap", Role="arn:aws:iam::000000000000:role/any",
        Code={"S3Bucket": "__local__", "S3Key": str(function)}, Environment={"Variables": {"QUEUE_URL": url}}, Timeout=20)
    stream = "arn:aws:kinesis:us-east-1:000000000000:stream/events"
    lambdas.create_event_source_mapping(FunctionName="forward", EventSourceArn=stream, StartingPosition="TRIM_HORIZON")


def test_nothing_acknowledged_is_lost_by_sigkill(tmp_path, client_of):
    print(f"seed {SEED}, {KILLS} kills")
    rng = random.Random(SEED)
    history = History()
    server = Server(tmp_path / "data")
    server.start()
    try:
        deploy_pipeline(server, client_of)
        checks = [NewRecords(Api(server.port), history), NewMessages(history), NewStreams(history)]
        for round_number in range(KILLS):
            load = Load(server.port, history, round_number)
            time.sleep(rng.uniform(0.05, 0.6))
            server.kill()
            load.join()
            assert not load.unexpected, load.unexpected
            server.start()
            api = Api(server.port)
            for check in checks:
                check.check(api)
        check_all_records(api, history)
        check_all_streams(api, history)
        check_pipeline(api, history)
        check_queue(api, history)
        print(f"{len(history.records)} records, {len(history.sent)} messages, {len(history.delete_acknowledged)} deletions")
        assert len(history.records) > 10 * KILLS and history.sent and history.delete_acknowledged and history.streams
    finally:
        server.stop()

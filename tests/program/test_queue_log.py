"""A message that stays does not keep the disk space of those that came and went after it."""

from aws_json import Api
from support.server import Server, eventually

MIB = 1024 * 1024
# Three segments of 64 MiB, the last of them being written: what a segment held is given back when nothing in it lives.
DISK_BYTES_MAX = 3 * 64 * MIB
PUMPED_BYTES = 260 * MIB
MESSAGES = 10
BODY_BYTES = 100 * 1024


def disk_bytes(server):
    return sum(path.stat().st_size for path in server.data_dir.rglob("*") if path.is_file())


def pump(api, url):
    """Ten messages in, out, and away."""
    entries = [{"Id": str(i), "MessageBody": "x" * BODY_BYTES} for i in range(MESSAGES)]
    assert not api.sqs("SendMessageBatch", QueueUrl=url, Entries=entries).get("Failed")
    received = api.sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=MESSAGES)["Messages"]
    assert len(received) == MESSAGES
    handles = [{"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(received)]
    assert not api.sqs("DeleteMessageBatch", QueueUrl=url, Entries=handles).get("Failed")


def test_an_old_message_does_not_keep_the_disk(tmp_path):
    with Server(tmp_path / "data") as server:
        api = Api(server.port)
        url = api.sqs("CreateQueue", QueueName="work")["QueueUrl"]
        sent = api.sqs("SendMessage", QueueUrl=url, MessageBody="old")["MessageId"]
        [old] = api.sqs("ReceiveMessage", QueueUrl=url, VisibilityTimeout=600)["Messages"]
        largest = 0
        for _ in range(PUMPED_BYTES // (MESSAGES * BODY_BYTES)):
            pump(api, url)
            largest = max(largest, disk_bytes(server))
        assert largest < DISK_BYTES_MAX

        server.kill()
        server.start()
        api = Api(server.port)
        assert disk_bytes(server) < DISK_BYTES_MAX
        # The handle from before names it still.
        api.sqs("ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=old["ReceiptHandle"], VisibilityTimeout=0)
        [found] = api.sqs("ReceiveMessage", QueueUrl=url)["Messages"]
        assert (found["MessageId"], found["Body"]) == (sent, "old")
        pump(api, url)
        api.sqs("DeleteMessage", QueueUrl=url, ReceiptHandle=old["ReceiptHandle"])
        eventually(lambda: disk_bytes(server) < 2 * 64 * MIB, seconds=30)
        server.kill()
        server.start()
        assert not Api(server.port).sqs("ReceiveMessage", QueueUrl=url).get("Messages")

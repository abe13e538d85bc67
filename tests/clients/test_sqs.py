"""SQS through boto3 and through the Query protocol: every operation on the wire, with its main errors."""

import hashlib
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET

import pytest

from support.queues import bodies, code_ends_with, receive, refused

NAMESPACE = "{http://queue.amazonaws.com/doc/2012-11-05/}"


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def queue(sqs, unique):
    """The URL of a queue named after the test."""
    url = sqs.create_queue(QueueName=unique)["QueueUrl"]
    yield url
    try:
        sqs.delete_queue(QueueUrl=url)
    except sqs.exceptions.QueueDoesNotExist:
        pass


def test_life_of_a_queue(sqs, unique, endpoint):
    url = sqs.create_queue(QueueName=unique, Attributes={"VisibilityTimeout": "40"}, tags={"team": "blå"})["QueueUrl"]
    assert url == f"{endpoint}/000000000000/{unique}"
    assert sqs.create_queue(QueueName=unique)["QueueUrl"] == url
    assert sqs.get_queue_url(QueueName=unique)["QueueUrl"] == url
    assert url in sqs.list_queues(QueueNamePrefix=unique)["QueueUrls"]
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "blå"}
    sqs.delete_queue(QueueUrl=url)
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix=unique)
    assert refused(sqs.get_queue_url, QueueName=unique)[1] == "The specified queue does not exist."
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.delete_queue(QueueUrl=url)
    assert sqs.create_queue(QueueName=unique)["QueueUrl"] == url
    sqs.delete_queue(QueueUrl=url)


def test_create_queue_errors(sqs, queue, unique):
    different = refused(sqs.create_queue, QueueName=unique, Attributes={"VisibilityTimeout": "41"})
    assert different[0] in ("QueueAlreadyExists", "QueueNameExists")
    assert different[1].endswith("different value for attribute VisibilityTimeout")
    assert code_ends_with(refused(sqs.create_queue, QueueName="a b"), "InvalidParameterValue")
    fifo = refused(sqs.create_queue, QueueName=unique, Attributes={"FifoQueue": "true"})
    assert code_ends_with(fifo, "InvalidParameterValue")
    assert "must end with .fifo" in fifo[1]
    wrong = refused(sqs.create_queue, QueueName="q" + unique, Attributes={"DelaySeconds": "901"})
    assert wrong == ("InvalidAttributeValue", "Invalid value for the parameter DelaySeconds.")
    unknown = refused(sqs.create_queue, QueueName="q" + unique, Attributes={"Colour": "red"})
    assert unknown == ("InvalidAttributeName", "Unknown Attribute Colour.")


def test_list_queues_in_pages(sqs, unique):
    urls = [sqs.create_queue(QueueName=f"{unique}-{i}")["QueueUrl"] for i in range(5)]
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=unique, PaginationConfig={"PageSize": 2})
    assert [page["QueueUrls"] for page in pages] == [urls[:2], urls[2:4], urls[4:]]
    for url in urls:
        sqs.delete_queue(QueueUrl=url)


def test_attributes(sqs, queue, unique):
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=queue)
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert attributes["QueueArn"] == f"arn:aws:sqs:us-east-1:000000000000:{unique}"
    assert abs(int(attributes["CreatedTimestamp"]) - time.time()) < 60
    assert {name: attributes[name] for name in ("VisibilityTimeout", "MaximumMessageSize", "MessageRetentionPeriod")} == {
        "VisibilityTimeout": "30",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "5", "Policy": policy})
    some = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout", "Policy"])["Attributes"]
    assert some == {"VisibilityTimeout": "5", "Policy": policy}
    assert refused(sqs.set_queue_attributes, QueueUrl=queue, Attributes={"VisibilityTimeout": "43201"}) == (
        "InvalidAttributeValue",
        "Invalid value for the parameter VisibilityTimeout.",
    )


def test_tags(sqs, queue):
    assert "Tags" not in sqs.list_queue_tags(QueueUrl=queue)
    sqs.tag_queue(QueueUrl=queue, Tags={"a": "1", "b": "2"})
    sqs.untag_queue(QueueUrl=queue, TagKeys=["a"])
    assert sqs.list_queue_tags(QueueUrl=queue)["Tags"] == {"b": "2"}


def test_a_message_with_attributes(sqs, queue):
    body = "Mühle \U0001f30a\n\t" * 3
    attributes = {
        "order.id": {"DataType": "Number", "StringValue": "7"},
        "raw": {"DataType": "Binary.png", "BinaryValue": b"\x00\xff"},
    }
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}}
    # boto3 checks the digests of bodies; the others are compared here.
    sent = sqs.send_message(QueueUrl=queue, MessageBody=body, MessageAttributes=attributes, MessageSystemAttributes=trace)
    assert sent["MD5OfMessageBody"] == hashlib.md5(body.encode()).hexdigest()
    [message] = receive(sqs, queue)
    assert message["Body"] == body
    assert message["MessageId"] == sent["MessageId"]
    assert message["MessageAttributes"] == attributes
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert message["Attributes"]["AWSTraceHeader"] == trace["AWSTraceHeader"]["StringValue"]
    assert abs(int(message["Attributes"]["SentTimestamp"]) / 1000 - time.time()) < 60
    assert {"SenderId", "ApproximateFirstReceiveTimestamp"} <= message["Attributes"].keys()


def test_send_message_errors(sqs, queue):
    assert code_ends_with(refused(sqs.send_message, QueueUrl=queue, MessageBody=""), "MissingParameter")
    assert refused(sqs.send_message, QueueUrl=queue, MessageBody="\x01")[0].endswith("InvalidMessageContents")
    sqs.send_message(QueueUrl=queue, MessageBody="x" * 1024 * 1024)
    past = refused(sqs.send_message, QueueUrl=queue, MessageBody="x" * (1024 * 1024 + 1))
    assert past[1] == "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."
    assert "DelaySeconds" in refused(sqs.send_message, QueueUrl=queue, MessageBody="x", DelaySeconds=901)[1]
    text = {"DataType": "Text", "StringValue": "v"}
    wrong = refused(sqs.send_message, QueueUrl=queue, MessageBody="x", MessageAttributes={"a": text})
    assert code_ends_with(wrong, "InvalidParameterValue")
    none = refused(sqs.send_message, QueueUrl=queue + "-none", MessageBody="x")
    assert none[1] == "The specified queue does not exist."


def test_receive_hide_delete(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="x")
    [first] = receive(sqs, queue, VisibilityTimeout=1)
    assert receive(sqs, queue) == []
    [second] = receive(sqs, queue, WaitTimeSeconds=3)
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"
    assert first["ReceiptHandle"] != second["ReceiptHandle"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=first["ReceiptHandle"])
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=second["ReceiptHandle"])
    assert refused(sqs.delete_message, QueueUrl=queue, ReceiptHandle="garbage") == (
        "ReceiptHandleIsInvalid",
        'The input receipt handle "garbage" is not a valid receipt handle.',
    )
    gone = refused(
        sqs.change_message_visibility, QueueUrl=queue, ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=1
    )
    assert "Message does not exist" in gone[1]


def test_receive_message_errors(sqs, queue):
    assert "between 1 and 10" in refused(sqs.receive_message, QueueUrl=queue, MaxNumberOfMessages=11)[1]
    assert "<= 20" in refused(sqs.receive_message, QueueUrl=queue, WaitTimeSeconds=21)[1]
    assert "<= 43200" in refused(sqs.receive_message, QueueUrl=queue, VisibilityTimeout=43201)[1]


def test_change_visibility(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="x")
    [message] = receive(sqs, queue)
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    assert bodies(sqs, queue) == ["x"]


def test_a_send_wakes_a_long_poll_at_once(sqs, client, queue):
    timing = {}

    def poll():
        timing["messages"] = bodies(client("sqs"), queue, WaitTimeSeconds=20)
        timing["received"] = time.monotonic()

    poller = threading.Thread(target=poll)
    poller.start()
    time.sleep(0.5)
    timing["sent"] = time.monotonic()
    sqs.send_message(QueueUrl=queue, MessageBody="x")
    poller.join(timeout=15)
    assert timing["messages"] == ["x"]
    assert timing["received"] - timing["sent"] < 2


def test_a_long_poll_ends_in_time(sqs, queue):
    begin = time.monotonic()
    assert bodies(sqs, queue, WaitTimeSeconds=1) == []
    assert 0.9 < time.monotonic() - begin < 5


def test_delay(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="later", DelaySeconds=1)
    counts = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessagesDelayed"])
    assert counts["Attributes"] == {"ApproximateNumberOfMessagesDelayed": "1"}
    assert bodies(sqs, queue) == []
    assert bodies(sqs, queue, WaitTimeSeconds=5) == ["later"]


def test_batches(sqs, queue):
    entries = [{"Id": str(i), "MessageBody": f"m{i}"} for i in range(9)]
    sent = sqs.send_message_batch(QueueUrl=queue, Entries=[*entries, {"Id": "bad", "MessageBody": "\x02"}])
    assert [entry["Id"] for entry in sent["Successful"]] == [entry["Id"] for entry in entries]
    [failed] = sent["Failed"]
    assert failed["Id"] == "bad" and failed["SenderFault"] and failed["Code"] == "InvalidMessageContents"

    messages = receive(sqs, queue)
    assert [message["Body"] for message in messages] == [entry["MessageBody"] for entry in entries]
    changes = [{"Id": m["Body"], "ReceiptHandle": m["ReceiptHandle"], "VisibilityTimeout": 0} for m in messages[:2]]
    changed = sqs.change_message_visibility_batch(QueueUrl=queue, Entries=changes)
    assert len(changed["Successful"]) == 2 and not changed.get("Failed")
    assert bodies(sqs, queue) == ["m0", "m1"]
    handles = [{"Id": m["Body"], "ReceiptHandle": m["ReceiptHandle"]} for m in messages]
    deleted = sqs.delete_message_batch(QueueUrl=queue, Entries=[*handles, {"Id": "bad", "ReceiptHandle": "x"}])
    assert len(deleted["Successful"]) == 9
    assert [entry["Id"] for entry in deleted["Failed"]] == ["bad"]


@pytest.mark.parametrize(
    "ids, code",
    [
        ([], "EmptyBatchRequest"),
        ([str(i) for i in range(11)], "TooManyEntriesInBatchRequest"),
        (["a", "a"], "BatchEntryIdsNotDistinct"),
        (["a b"], "InvalidBatchEntryId"),
    ],
)
def test_batch_errors(sqs, queue, ids, code):
    entries = [{"Id": id, "MessageBody": "x"} for id in ids]
    assert code_ends_with(refused(sqs.send_message_batch, QueueUrl=queue, Entries=entries), code)


def test_a_batch_that_is_too_long(sqs, queue):
    entries = [{"Id": "a", "MessageBody": "x" * 1024 * 1024}, {"Id": "b", "MessageBody": "x"}]
    code, message = refused(sqs.send_message_batch, QueueUrl=queue, Entries=entries)
    assert code.endswith("BatchRequestTooLong")
    assert message == "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."


def test_purge(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="x")
    sqs.purge_queue(QueueUrl=queue)
    assert bodies(sqs, queue) == []
    assert refused(sqs.purge_queue, QueueUrl=queue)[0].endswith("PurgeQueueInProgress")


def test_dead_letters(sqs, queue, unique):
    dead = sqs.create_queue(QueueName=unique + "-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": policy})
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [queue]
    sqs.send_message(QueueUrl=queue, MessageBody="poison")
    assert bodies(sqs, queue, VisibilityTimeout=0) == ["poison"]
    assert bodies(sqs, queue) == []
    [message] = receive(sqs, dead, WaitTimeSeconds=5)
    assert message["Body"] == "poison"
    assert message["Attributes"]["DeadLetterQueueSourceArn"].endswith(unique)
    none = json.dumps({"deadLetterTargetArn": arn + "-none", "maxReceiveCount": 1})
    missing = refused(sqs.set_queue_attributes, QueueUrl=queue, Attributes={"RedrivePolicy": none})
    assert missing[1].endswith("Dead letter target does not exist.")
    sqs.delete_queue(QueueUrl=dead)


def test_messages_outlive_a_kill(server, client_of):
    sqs = client_of(server, "sqs")
    queue = sqs.create_queue(QueueName="kept", Attributes={"DelaySeconds": "0"})["QueueUrl"]
    for body in ("deleted", "in flight", "visible"):
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    first, second = receive(sqs, queue, MaxNumberOfMessages=2)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=first["ReceiptHandle"])
    server.kill()
    server.start()
    sqs = client_of(server, "sqs")
    [message] = receive(sqs, queue)
    assert message["Body"] == "visible", "what was in flight still is"
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=0)
    [message] = receive(sqs, queue, AttributeNames=["ApproximateReceiveCount"])
    assert (message["Body"], message["Attributes"]["ApproximateReceiveCount"]) == ("in flight", "2")
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=second["ReceiptHandle"])


# The Query protocol, as clients from before 2023 and the AWS CLI v1 speak it.


def query(endpoint, action, path="/", expect=200, **parameters):
    """The root of the XML answer, its names without namespace."""
    form = urllib.parse.urlencode({"Action": action, "Version": "2012-11-05", **parameters}).encode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/sqs/aws4_request, "
        "SignedHeaders=host, Signature=0",
    }
    try:
        with urllib.request.urlopen(urllib.request.Request(endpoint + path, form, headers), timeout=30) as response:
            status, body = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    assert status == expect, body
    root = ET.fromstring(body)
    for element in root.iter():
        element.tag = element.tag.removeprefix(NAMESPACE)
    return root


def texts(root, path):
    return [element.text for element in root.findall(path)]


def test_query_life_of_a_queue(endpoint, unique):
    created = query(endpoint, "CreateQueue", QueueName=unique, **{
        "Attribute.1.Name": "VisibilityTimeout", "Attribute.1.Value": "40", "Tag.1.Key": "a", "Tag.1.Value": "1",
    })
    assert created.tag == "CreateQueueResponse"
    [url] = texts(created, "CreateQueueResult/QueueUrl")
    assert texts(created, "ResponseMetadata/RequestId")[0]
    assert texts(query(endpoint, "GetQueueUrl", QueueName=unique), "GetQueueUrlResult/QueueUrl") == [url]
    assert texts(query(endpoint, "ListQueues", QueueNamePrefix=unique), "ListQueuesResult/QueueUrl") == [url]
    query(endpoint, "SetQueueAttributes", QueueUrl=url, **{"Attribute.Name": "DelaySeconds", "Attribute.Value": "0"})
    got = query(endpoint, "GetQueueAttributes", QueueUrl=url, **{"AttributeName.1": "VisibilityTimeout"})
    assert texts(got, "GetQueueAttributesResult/Attribute/Name") == ["VisibilityTimeout"]
    assert texts(got, "GetQueueAttributesResult/Attribute/Value") == ["40"]
    query(endpoint, "TagQueue", QueueUrl=url, **{"Tag.1.Key": "b", "Tag.1.Value": "2"})
    query(endpoint, "UntagQueue", QueueUrl=url, **{"TagKey.1": "a"})
    tags = query(endpoint, "ListQueueTags", QueueUrl=url)
    assert texts(tags, "ListQueueTagsResult/Tag/Key") == ["b"]
    assert query(endpoint, "DeleteQueue", QueueUrl=url).tag == "DeleteQueueResponse"


def test_query_messages(endpoint, queue):
    path = urllib.parse.urlparse(queue).path
    sent = query(endpoint, "SendMessage", path, QueueUrl=queue, MessageBody="a & b <ü>", **{
        "MessageAttribute.1.Name": "kind",
        "MessageAttribute.1.Value.DataType": "String",
        "MessageAttribute.1.Value.StringValue": "mill",
    })
    assert texts(sent, "SendMessageResult/MD5OfMessageBody") == [hashlib.md5("a & b <ü>".encode()).hexdigest()]
    received = query(endpoint, "ReceiveMessage", path, QueueUrl=queue, MaxNumberOfMessages="10", WaitTimeSeconds="1", **{
        "AttributeName.1": "All", "MessageAttributeName.1": "All",
    })
    message = received.find("ReceiveMessageResult/Message")
    assert texts(message, "Body") == ["a & b <ü>"]
    assert texts(message, "MessageAttribute/Name") == ["kind"]
    assert texts(message, "MessageAttribute/Value/StringValue") == ["mill"]
    assert "ApproximateReceiveCount" in texts(message, "Attribute/Name")
    assert texts(message, "MD5OfMessageAttributes") == texts(sent, "SendMessageResult/MD5OfMessageAttributes")
    [handle] = texts(message, "ReceiptHandle")
    query(endpoint, "ChangeMessageVisibility", path, QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout="60")
    assert query(endpoint, "DeleteMessage", path, QueueUrl=queue, ReceiptHandle=handle).tag == "DeleteMessageResponse"
    assert query(endpoint, "ReceiveMessage", path, QueueUrl=queue).find("ReceiveMessageResult/Message") is None
    query(endpoint, "PurgeQueue", path, QueueUrl=queue)


def test_query_batches(endpoint, queue):
    entry = "SendMessageBatchRequestEntry"
    sent = query(endpoint, "SendMessageBatch", QueueUrl=queue, **{
        f"{entry}.1.Id": "a", f"{entry}.1.MessageBody": "1", f"{entry}.2.Id": "b", f"{entry}.2.MessageBody": "\x02",
    })
    assert texts(sent, "SendMessageBatchResult/SendMessageBatchResultEntry/Id") == ["a"]
    assert texts(sent, "SendMessageBatchResult/BatchResultErrorEntry/Code") == ["InvalidMessageContents"]
    assert texts(sent, "SendMessageBatchResult/BatchResultErrorEntry/SenderFault") == ["true"]
    received = query(endpoint, "ReceiveMessage", QueueUrl=queue)
    [handle] = texts(received, "ReceiveMessageResult/Message/ReceiptHandle")
    entry = "DeleteMessageBatchRequestEntry"
    deleted = query(endpoint, "DeleteMessageBatch", QueueUrl=queue, **{f"{entry}.1.Id": "a", f"{entry}.1.ReceiptHandle": handle})
    assert texts(deleted, "DeleteMessageBatchResult/DeleteMessageBatchResultEntry/Id") == ["a"]


def test_query_errors(endpoint, queue):
    missing = query(endpoint, "SendMessage", expect=400, QueueUrl=queue + "-none", MessageBody="x")
    assert missing.tag == "ErrorResponse"
    assert texts(missing, "Error/Type") == ["Sender"]
    assert texts(missing, "Error/Code") == ["AWS.SimpleQueueService.NonExistentQueue"]
    assert texts(missing, "Error/Message") == ["The specified queue does not exist for this wsdl version."]
    assert texts(missing, "Error/Detail") == [None]
    absent = query(endpoint, "SendMessage", expect=400, QueueUrl=queue)
    assert texts(absent, "Error/Code") == ["MissingParameter"]
    assert texts(absent, "Error/Message") == ["The request must contain the parameter MessageBody."]
    wrong = query(endpoint, "ReceiveMessage", expect=400, QueueUrl=queue, MaxNumberOfMessages="11")
    assert texts(wrong, "Error/Code") == ["InvalidParameterValue"]
    query(endpoint, "PurgeQueue", QueueUrl=queue)
    again = query(endpoint, "PurgeQueue", expect=403, QueueUrl=queue)
    assert texts(again, "Error/Code") == ["AWS.SimpleQueueService.PurgeQueueInProgress"]


def test_query_permissions_and_move_tasks(endpoint, queue, unique):
    path = f"/000000000000/{unique}"
    grant = {"Label": "l", "AWSAccountId.1": "123456789012", "ActionName.1": "SendMessage"}
    query(endpoint, "AddPermission", path, **grant)
    query(endpoint, "AddPermission", path, expect=400, **grant)
    query(endpoint, "RemovePermission", path, Label="l")
    arn = f"arn:aws:sqs:us-east-1:000000000000:{unique}"
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    parameters = {"Attribute.1.Name": "RedrivePolicy", "Attribute.1.Value": policy}
    query(endpoint, "CreateQueue", QueueName=unique + "-source", **parameters)
    started = query(endpoint, "StartMessageMoveTask", SourceArn=arn)
    assert texts(started, ".//TaskHandle")
    listed = query(endpoint, "ListMessageMoveTasks", SourceArn=arn)
    assert texts(listed, ".//ListMessageMoveTasksResultEntry/SourceArn") == [arn]
    query(endpoint, "DeleteQueue", path + "-source")


def test_a_queues_url_takes_only_what_is_about_a_queue(endpoint, queue, unique):
    path = f"/000000000000/{unique}"
    for action in ("CreateQueue", "ListQueues"):
        refused_there = query(endpoint, action, path, expect=400, QueueName=unique)
        assert texts(refused_there, "Error/Code") == ["InvalidAction"]
        assert texts(refused_there, "Error/Message") == [f"The action {action} is not valid for this endpoint."]
    found = query(endpoint, "GetQueueUrl", path, QueueName=unique)
    assert texts(found, "GetQueueUrlResult/QueueUrl") == [queue]


def test_a_queues_url_without_an_action_is_an_unknown_operation(queue):
    signed = "AWS4-HMAC-SHA256 Credential=test/20261129/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"
    for headers in ({}, {"Accept": "application/json"}):
        request = urllib.request.Request(queue, headers={"Authorization": signed, **headers})
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(request, timeout=10)
        assert (answer.value.code, answer.value.read()) == (404, b"<UnknownOperationException/>\n")

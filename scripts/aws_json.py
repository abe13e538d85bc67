"""AWS JSON calls with Python's standard library: for the demo, the benchmarks and the crash test, which must not wait for an SDK."""

import base64
import http.client
import json

TARGETS = {"kinesis": ("Kinesis_20131202", "1.1"), "sqs": ("AmazonSQS", "1.0"), "logs": ("Logs_20140328", "1.1")}


def signature(service):
    """Headers of a request that is signed in form only: whom and what it names is read, the signature is not checked."""
    return {"X-Amz-Date": "20260101T000000Z",
            "Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0"}


class CallError(Exception):
    def __init__(self, status, body):
        super().__init__(f"HTTP {status}: {body}")
        self.status = status
        self.code = body.get("__type", "").rpartition("#")[2]


class Api:
    """One keep-alive connection; not for several threads. Calls read Api(port).kinesis("PutRecord", StreamName=...)."""

    def __init__(self, port, timeout=60):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def call(self, service, operation, **body):
        prefix, version = TARGETS[service]
        headers = {"Content-Type": f"application/x-amz-json-{version}", "X-Amz-Target": f"{prefix}.{operation}",
                   **signature(service)}
        self.connection.request("POST", "/", json.dumps(body), headers)
        answer = self.connection.getresponse()
        content = json.loads(answer.read() or b"{}")
        if answer.status != 200:
            raise CallError(answer.status, content)
        return content

    def kinesis(self, operation, **body):
        return self.call("kinesis", operation, **body)

    def sqs(self, operation, **body):
        return self.call("sqs", operation, **body)


def blob(text):
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()

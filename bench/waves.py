"""SQS over raw keep-alive sockets, many requests at once: an SDK would cost more than what is measured."""

import json
import socket

from aws_json import signature

SIGNED = "".join(f"{name}: {value}\r\n" for name, value in signature("sqs").items())
HEAD = ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AmazonSQS.{}\r\n"
        f"{SIGNED}Content-Length: {{}}\r\n\r\n")


def request(operation, **body):
    content = json.dumps(body).encode()
    return HEAD.format(operation, len(content)).encode() + content


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def send(self, raw):
        self.socket.sendall(raw)

    def answer(self):
        """The body, as bytes."""
        received = self.rest
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head = received[:end].lower()
        assert head.startswith(b"http/1.1 200"), received
        at = head.index(b"content-length:") + 15
        size = end + 4 + int(head[at:].split(b"\r\n", 1)[0])
        while len(received) < size:
            received += self._more()
        self.rest = received[size:]
        return received[end + 4:size]

    def _more(self):
        more = self.socket.recv(1 << 18)
        if not more:
            raise ConnectionError("the server closed the connection")
        return more

    def call(self, operation, **body):
        self.send(request(operation, **body))
        return json.loads(self.answer() or b"{}")


class Waves:
    """Each connection has a request under way for as long as there are any."""

    def __init__(self, port, connections):
        self.connections = [Connection(port) for _ in range(connections)]

    def exchange(self, requests):
        """The answers' bodies, in the order of the requests."""
        requests = iter(requests)
        busy = []
        for connection, raw in zip(self.connections, requests):
            connection.send(raw)
            busy.append(connection)
        while busy:
            still = []
            for connection in busy:
                yield connection.answer()
                raw = next(requests, None)
                if raw is not None:
                    connection.send(raw)
                    still.append(connection)
            busy = still

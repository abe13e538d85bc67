"""HTTP/2 and TLS, on the one port, with the clients that people use."""

import os
import pathlib
import subprocess

import boto3
import pytest
from support import cli
from support.server import ROOT, Server

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("tls") / "data", "--tls", "--fsync", "never") as running:
        running.certificate = running.data_dir / "tls" / "certificate.pem"
        running.https = f"https://localhost:{running.port}"
        yield running


def curl(*arguments):
    done = subprocess.run(["curl", "-sS", *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("flags, version", [
    (["--http2-prior-knowledge"], "2"),
    (["--http1.1"], "1.1"),
])
def test_health_in_plain(server, flags, version):
    assert curl(*flags, "-w", " %{http_version}", f"{server.endpoint}/_millrace/health").endswith(" " + version)


@pytest.mark.parametrize("flags, version", [
    (["--http2"], "2"),
    (["--http2", "--tlsv1.2", "--tls-max", "1.2"], "2"),
    (["--http1.1"], "1.1"),
    (["--no-alpn"], "1.1"),
])
def test_health_over_tls(server, flags, version):
    url = f"{server.https}/_millrace/health"
    assert curl(*flags, "--cacert", server.certificate, "-w", " %{http_version}", url).endswith(" " + version)


def test_the_key_is_its_owners(server):
    assert (server.data_dir / "tls" / "key.pem").stat().st_mode & 0o777 == 0o600
    said = [line for line in server.lines if "AWS_CA_BUNDLE" in line]
    assert said[0]["AWS_CA_BUNDLE"] == str(server.certificate)
    ready = next(line for line in server.lines if line.get("message") == "ready")
    assert ready["https_endpoint"] == f"https://127.0.0.1:{server.port}"


def test_the_certificate_stays(tmp_path):
    certificates = []
    for _ in range(2):
        with Server(tmp_path / "data", "--tls", "--fsync", "never"):
            certificates.append((tmp_path / "data" / "tls" / "certificate.pem").read_text())
    assert certificates[0] == certificates[1]


def test_boto3_and_the_urls_of_queues(server):
    sqs = boto3.client("sqs", endpoint_url=server.https, verify=str(server.certificate), region_name="us-east-1",
                       aws_access_key_id="test", aws_secret_access_key="test")
    url = sqs.create_queue(QueueName="over-tls")["QueueUrl"]
    assert url == f"{server.https}/000000000000/over-tls"
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"


@pytest.mark.parametrize("program", [cli.AWS, cli.AWS_VERSION_2], ids=["version-1", "version-2"])
def test_aws_cli_with_the_servers_own_certificate(server, program, unique):
    def aws(*arguments, **options):
        return cli.aws(server.https, "--ca-bundle", server.certificate, *arguments, program=program, **options)

    url = aws("sqs", "create-queue", "--queue-name", unique)["QueueUrl"]
    assert url == f"{server.https}/000000000000/{unique}"
    aws("sqs", "send-message", "--queue-url", url, "--message-body", "grüße")
    received = aws("sqs", "receive-message", "--queue-url", url, "--wait-time-seconds", 5)["Messages"]
    assert [message["Body"] for message in received] == ["grüße"]
    aws("kinesis", "create-stream", "--stream-name", unique, "--shard-count", 1)
    aws("kinesis", "wait", "stream-exists", "--stream-name", unique)
    assert unique in aws("kinesis", "list-streams")["StreamNames"]


@pytest.mark.parametrize("program", [cli.AWS, cli.AWS_VERSION_2], ids=["version-1", "version-2"])
def test_aws_cli_takes_no_certificate_that_it_does_not_know(server, program):
    done = cli.aws(server.https, "kinesis", "list-streams", program=program, check=False)
    assert done.returncode != 0
    assert "certificate_verify_failed" in done.stderr.lower().replace(" ", "_"), done.stderr


@pytest.mark.parametrize("secure", [False, True])
def test_javascript_over_http2(server, secure):
    """The SDK's default handler of Kinesis: HTTP/2 by prior knowledge in plain, by ALPN over TLS."""
    script = pathlib.Path(__file__).parent / "javascript" / "http2.mjs"
    endpoint = server.https if secure else server.endpoint
    done = subprocess.run(["node", script, endpoint, ROOT / "build" / "clients" / "node", f"h2-{secure}".lower()],
                          capture_output=True, text=True, timeout=120,
                          env={**os.environ, **CREDENTIALS, "NODE_EXTRA_CA_CERTS": str(server.certificate)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == ["handler: NodeHttp2Handler", "records: 50"]


def test_openssl_resumes_sessions_and_refuses_old_versions(server, tmp_path):
    target = ["openssl", "s_client", "-connect", f"localhost:{server.port}", "-CAfile", server.certificate, "-verify_return_error"]
    session = tmp_path / "session"
    request = "GET /_millrace/health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    first = subprocess.run([*target, "-ign_eof", "-sess_out", session], input=request, capture_output=True, text=True, timeout=30)
    assert "Verify return code: 0 (ok)" in first.stdout, first.stdout + first.stderr
    again = subprocess.run([*target, "-ign_eof", "-sess_in", session], input=request, capture_output=True, text=True, timeout=30)
    assert "Reused, TLSv1.3" in again.stdout
    old = subprocess.run([*target, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], input="", capture_output=True, text=True, timeout=30)
    assert old.returncode != 0

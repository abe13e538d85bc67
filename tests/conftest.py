"""Fixtures: a real server process, real clients."""

import boto3
import botocore.config
import pytest

from support.server import Server


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory):
    """One server for all tests that leave nothing behind that others could trip over (unique names)."""
    with Server(tmp_path_factory.mktemp("shared") / "data") as server:
        yield server


@pytest.fixture
def server(tmp_path):
    """A server of the test's own, to stop, kill and start again."""
    with Server(tmp_path / "data") as server:
        yield server


def make_client(endpoint, service, region="us-east-1", account="000000000000", **config):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="test",
        config=botocore.config.Config(retries={"max_attempts": 1}, **config),
    )


@pytest.fixture
def client(shared_server):
    """client("kinesis"): boto3 against the shared server."""

    def factory(service, **options):
        return make_client(shared_server.endpoint, service, **options)

    return factory


@pytest.fixture
def client_of():
    """client_of(server, "kinesis"): boto3 against a server of the test's own."""

    def factory(server, service, **options):
        return make_client(server.endpoint, service, **options)

    return factory


@pytest.fixture
def endpoint(shared_server):
    return shared_server.endpoint


@pytest.fixture
def unique(request):
    """A name that no other test uses."""
    import uuid

    return f"{request.node.name[:30].replace('[', '-').replace(']', '')}-{uuid.uuid4().hex[:8]}".replace("_", "-")

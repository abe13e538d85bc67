"""osls, the open fork of the Serverless Framework."""

import pytest

from deployment.tools import Application, Project, are_installed

pytestmark = pytest.mark.skipif(not are_installed(), reason="make deployment-tools installs the tools")


@pytest.fixture
def project(server, tmp_path):
    return Project("serverless", tmp_path, server.endpoint)


def test_deploy_change_and_remove(project, server, client_of):
    assert "Service deployed" in project.run("osls", "deploy")
    application = Application(client_of, server, "pipeline-dev")
    assert application.forwards("hello") == "one first: hello"
    assert "pipeline-dev-forward" in project.run("osls", "info")
    assert "null" in project.run("osls", "invoke", "--function", "forward", "--data", '{"Records": []}')
    assert "END Duration" in project.run("osls", "logs", "--function", "forward")

    project.change_code('"one"', '"two"')
    project.run("osls", "deploy", "--param", "greeting=second")
    assert application.forwards("again") == "two second: again"
    project.change_code('"two"', '"three"')
    project.run("osls", "deploy", "function", "--function", "forward", "--param", "greeting=second")
    assert application.forwards("swiftly") == "three second: swiftly"

    assert "successfully removed" in project.run("osls", "remove")
    assert application.is_gone()
    assert not client_of(server, "s3").list_buckets()["Buckets"], "its deployment bucket goes with it"

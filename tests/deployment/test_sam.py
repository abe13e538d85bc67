"""AWS SAM CLI."""

import pytest

from deployment.tools import Application, Project, are_installed

pytestmark = pytest.mark.skipif(not are_installed(), reason="make deployment-tools installs the tools")


@pytest.fixture
def project(server, tmp_path):
    return Project("sam", tmp_path, server.endpoint)


def test_build_deploy_change_and_delete(project, server, client_of):
    assert "is a valid SAM Template" in project.run("sam", "validate", "--lint")
    project.run("sam", "build")
    said = project.run("sam", "deploy", "--stack-name", "app")
    assert "Successfully created/updated stack - app" in said and "AWS::Lambda::EventSour" in said
    application = Application(client_of, server, "app")
    assert application.forwards("hello") == "one first: hello"
    assert "REPORT RequestId" in project.run("sam", "logs", "--stack-name", "app")

    project.change_code('"one"', '"two"')
    project.run("sam", "build")
    project.run("sam", "deploy", "--stack-name", "app", "--parameter-overrides", "Greeting=second")
    assert application.forwards("again") == "two second: again"
    assert "is up to date" in project.run("sam", "deploy", "--stack-name", "app", "--parameter-overrides", "Greeting=second")

    assert application.outputs["Function"] in project.run("sam", "list", "resources", "--stack-name", "app")
    project.run("sam", "delete", "--stack-name", "app", "--no-prompts")
    assert application.is_gone()


def test_a_packaged_template_deploys_without_the_sources(project, server, client_of):
    project.run("sam", "package", "--resolve-s3", "--output-template-file", "packaged.yaml")
    assert "s3://aws-sam-cli-managed-default" in (project.folder / "packaged.yaml").read_text()
    project.change_code('"one"', '"not deployed"')
    project.run("sam", "deploy", "--template-file", "packaged.yaml", "--stack-name", "app", "--express")
    assert Application(client_of, server, "app").forwards("hello") == "one first: hello"


def test_sync_deploys_then_changes_the_code_alone(project, server, client_of):
    project.run("sam", "sync", "--stack-name", "app", "--no-watch", answer="y\n")
    application = Application(client_of, server, "app")
    assert application.forwards("hello") == "one first: hello"
    updated = application.cloudformation.describe_stacks(StackName="app")["Stacks"][0].get("LastUpdatedTime")

    project.change_code('"one"', '"two"')
    project.run("sam", "sync", "--code", "--stack-name", "app", "--no-watch", answer="y\n")
    assert application.forwards("again") == "two first: again"
    assert application.cloudformation.describe_stacks(StackName="app")["Stacks"][0].get("LastUpdatedTime") == updated


def test_remote_invocations(project, server, client_of):
    project.run("sam", "build")
    project.run("sam", "deploy", "--stack-name", "app")
    application = Application(client_of, server, "app")
    assert "null" in project.run("sam", "remote", "invoke", "--stack-name", "app", "Forward", "--event", '{"Records": []}')
    assert "SequenceNumber" in project.run("sam", "remote", "invoke", "--stack-name", "app", "Events", "--event", '"sent"')
    message = application.sqs.receive_message(QueueUrl=application.outputs["QueueUrl"], WaitTimeSeconds=20)["Messages"][0]
    assert message["Body"] == 'one first: "sent"'

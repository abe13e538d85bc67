"""AWS CDK, with the synthesizer that a new project has."""

import pytest

from deployment.tools import Application, Project, are_installed

pytestmark = pytest.mark.skipif(not are_installed(), reason="make deployment-tools installs the tools")

YES = ("--require-approval", "never")


@pytest.fixture
def project(server, tmp_path):
    return Project("cdk", tmp_path, server.endpoint)


def test_bootstrap_deploy_diff_and_destroy(project, server, client_of):
    assert "bootstrapped" in project.run("cdk", "bootstrap")
    assert "(no changes)" in project.run("cdk", "bootstrap")
    assert "[+] AWS::Kinesis::Stream Events" in project.run("cdk", "diff")
    project.run("cdk", "deploy", *YES)
    application = Application(client_of, server, "Pipeline")
    assert application.forwards("hello") == "one first: hello"
    assert "There were no differences" in project.run("cdk", "diff")
    assert "(no changes)" in project.run("cdk", "deploy", *YES)

    project.change_code('"one"', '"two"')
    assert "[~] AWS::Lambda::Function Forward" in project.run("cdk", "diff", "--context", "greeting=second")
    project.run("cdk", "deploy", *YES, "--context", "greeting=second")
    assert application.forwards("again") == "two second: again"

    project.run("cdk", "destroy", "--force")
    assert application.is_gone()


def test_an_app_is_refused_before_its_account_is_bootstrapped(project):
    said = project.run("cdk", "deploy", *YES, status=1)
    assert "bootstrap" in said


def test_hotswap_changes_the_code_alone(project, server, client_of):
    project.run("cdk", "bootstrap")
    project.run("cdk", "deploy", *YES, "--express")
    application = Application(client_of, server, "Pipeline")
    assert application.forwards("hello") == "one first: hello"
    project.change_code('"one"', '"two"')
    assert "hotswapp" in project.run("cdk", "deploy", *YES, "--hotswap").lower()
    assert application.forwards("again") == "two first: again"


def test_nested_stacks_deploy_by_change_sets(project, server, client_of):
    nested = ("--context", "nested=true")
    project.run("cdk", "bootstrap")
    project.run("cdk", "deploy", *YES, *nested)
    application = Application(client_of, server, "Pipeline")
    assert application.forwards("hello") == "one first: hello"
    assert "(no changes)" in project.run("cdk", "deploy", *YES, *nested), "the nested stack was looked into"
    project.change_code('"one"', '"two"')
    project.run("cdk", "deploy", *YES, *nested)
    assert application.forwards("again") == "two first: again"
    project.run("cdk", "destroy", "--force", *nested)
    assert application.is_gone()

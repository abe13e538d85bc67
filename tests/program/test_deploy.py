"""What `millrace deploy` makes of templates and of what lies beside them."""

import json

from support.cli import millrace


def test_a_template_larger_than_a_request_may_be_is_deployed_and_updated(tmp_path, endpoint, unique, client):
    template = tmp_path / "large.json"

    def deploy(delay):
        queues = {f"Q{number}": {"Type": "AWS::SQS::Queue", "Properties": {
            "QueueName": f"{unique}-{number}", "DelaySeconds": delay, "VisibilityTimeout": 60}} for number in range(8)}
        template.write_text(json.dumps({"Metadata": {"Note": "x" * 60_000}, "Resources": queues}))
        return millrace("deploy", template, "--stack-name", unique, endpoint=endpoint)

    deploy(1)
    assert "UPDATE_COMPLETE" in deploy(2).stdout
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName=f"{unique}-7")["QueueUrl"]
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])["Attributes"] == {"DelaySeconds": "2"}
    assert "is up to date" in deploy(2).stdout
    template.write_text(json.dumps({"Metadata": {"Note": "x" * 1_100_000}, "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}))
    refused = millrace("deploy", template, "--stack-name", unique, endpoint=endpoint, check=False)
    assert refused.returncode == 1 and "Template may not exceed 1048576 bytes in size." in refused.stderr
    millrace("destroy", unique, endpoint=endpoint)

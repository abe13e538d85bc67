"""A stack's life as the clients see it: when it has come to rest, and what there is in the services."""

import json
import re
import time

from support.streams import read_stream

REST_SECONDS_MAX = 30
SETTLED = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
EMPTY = {"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"}  # a stack that is there and has nothing
HELD = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"  # of a nested stack: until it is known whether its parent goes back
GENERATED = re.compile(r"-([0-9A-Z]{12}|[0-9a-z]{12})$")


def resources_of(stacks, stack):
    return stacks.describe_stack_resources(StackName=stack["StackId"])["StackResources"]


class Waiting:
    """Tells whether stacks are at rest: they have ended, or wait for a signal, or for the end of a parent that does."""

    def __init__(self, stacks):
        self.stacks = stacks
        self.found = {stack["StackId"]: stack for stack in stacks.describe_stacks()["Stacks"]}

    def is_over(self):
        return all(self.rests(stack) for stack in self.found.values())

    def rests(self, stack):
        status, parent = stack["StackStatus"], self.found.get(stack.get("ParentId"))
        if not status.endswith("_IN_PROGRESS") or status in EMPTY:
            return True
        if status == HELD:
            return parent is not None and parent["StackStatus"] not in SETTLED and self.rests(parent)
        if status not in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
            return False
        busy = [r for r in resources_of(self.stacks, stack) if r["ResourceStatus"].endswith("_IN_PROGRESS")]
        return bool(busy) and all(self.waits(resource) for resource in busy)

    def waits(self, resource):
        nested = self.found.get(resource.get("PhysicalResourceId"))
        if nested:
            return nested["StackStatus"] != HELD and nested["StackStatus"].endswith("_IN_PROGRESS") and self.rests(nested)
        return resource["ResourceType"] == "AWS::CloudFormation::WaitCondition"


def wait_for_rest(stacks):
    """The stacks, once nothing happens any more."""
    end = time.monotonic() + REST_SECONDS_MAX
    while not (waiting := Waiting(stacks)).is_over():
        assert time.monotonic() < end, ("never at rest", [stack["StackStatus"] for stack in waiting.found.values()])
        time.sleep(0.02)
    return list(waiting.found.values())


def look_at_lambda(client):
    functions = [function["FunctionName"] for function in client.list_functions()["Functions"]]
    layers = [layer["LayerName"] for layer in client.list_layers()["Layers"]]
    return {
        "functions": [(version["FunctionArn"], version["CodeSha256"], version["MemorySize"]) for name in functions
                      for version in client.list_versions_by_function(FunctionName=name)["Versions"]],
        "aliases": [(alias["Name"], alias["AliasArn"].removesuffix(alias["Name"]) + alias["FunctionVersion"])
                    for name in functions for alias in client.list_aliases(FunctionName=name)["Aliases"]],
        "layers": [version["LayerVersionArn"] for name in layers
                   for version in client.list_layer_versions(LayerName=name)["LayerVersions"]],
    }


def look_at_services(client, api):
    streams = client("kinesis").list_streams()["StreamNames"]
    urls = client("sqs").list_queues().get("QueueUrls", [])
    parameters = [parameter["Name"] for parameter in client("ssm").describe_parameters()["Parameters"]]
    return {
        "streams": [(name, client("kinesis").describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["OpenShardCount"])
                    for name in streams],
        "records": [record for name in streams for record in read_stream(api, name).values()],
        "queues": [(url, client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"])
                   for url in urls],
        "parameters": [(name, client("ssm").get_parameter(Name=name)["Parameter"]["Value"]) for name in parameters],
        "groups": [(group["logGroupName"], group.get("retentionInDays"))
                   for group in client("logs").describe_log_groups()["logGroups"]],
        "buckets": [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]],
        "roles": [role["RoleName"] for role in client("iam").list_roles()["Roles"]],
        **look_at_lambda(client("lambda")),
    }


def look(client, api, stacks):
    """Everything there is, and what the stacks say of it. What a stack says it has is called by the stack and its logical id, so
    that this is equal for two stacks from one template; what nobody has keeps its generated name, which is equal to no other."""
    cloudformation = client("cloudformation")
    seen = look_at_services(client, api)
    seen["exports"] = [(export["Name"], export["Value"]) for export in cloudformation.list_exports()["Exports"]]
    seen["stacks"], owners = [], {}
    for stack in stacks:
        if stack["StackStatus"] in EMPTY:
            continue
        name = GENERATED.sub("", stack["StackName"])
        has = [r for r in resources_of(cloudformation, stack) if r["ResourceStatus"] != "DELETE_COMPLETE"]
        template = cloudformation.get_template(StackName=stack["StackId"])["TemplateBody"]
        outputs = sorted((output["OutputKey"], output["OutputValue"]) for output in stack.get("Outputs", []))
        seen["stacks"].append((name, template, outputs, sorted(resource["LogicalResourceId"] for resource in has)))
        for resource in has:
            identifier = resource.get("PhysicalResourceId", "")
            last = re.split("[/:]", identifier)[-1]
            if last.isdigit():  # a version
                owners[identifier] = f"{name}.{resource['LogicalResourceId']}"
            elif GENERATED.search(last):
                owners[last] = f"{name}.{resource['LogicalResourceId']}"
    text = json.dumps(seen)
    for identifier in sorted(owners, key=len, reverse=True):
        text = text.replace(identifier, owners[identifier])
    return {what: sorted(found, key=str) for what, found in json.loads(text).items()}

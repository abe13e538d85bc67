"""The deployment tools as a user runs them, and the application that each of them deploys: a stream, a function that forwards, a queue."""

import os
import shutil
import subprocess

from support.cli import environment
from support.server import ROOT, eventually

HERE = ROOT / "tests" / "deployment"
TOOLS = ROOT / "build" / "deployment-tools"
NODE = TOOLS / "node" / "node_modules"
PROGRAMS = {"sam": TOOLS / "python" / "bin" / "sam", "cdk": NODE / ".bin" / "cdk", "osls": NODE / ".bin" / "osls"}
SECONDS_MAX = 240  # a first start of Node.js reads many files


def are_installed():
    return all(program.exists() for program in PROGRAMS.values())


class Project:
    """A project's folder, copied so that it can be changed, and a tool at work in it."""

    def __init__(self, name, folder, endpoint):
        self.folder = shutil.copytree(HERE / name, folder / name)
        shutil.copytree(HERE / "application", self.folder / "forward")
        (self.folder / "node_modules").symlink_to(NODE)
        self.environment = {
            **environment(endpoint),
            "HOME": str(folder),
            # `sam build` wants the Python of the function's runtime, which is Debian's.
            "PATH": f"/usr/bin:/bin:{os.environ['PATH']}",
            "AWS_REGION": "us-east-1",
            "NO_COLOR": "1",
            "NODE_NO_WARNINGS": "1",
            "SAM_CLI_TELEMETRY": "0",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "SLS_TELEMETRY_DISABLED": "1",
        }

    def run(self, tool, *arguments, status=0, answer=""):
        """Runs the tool; its output, both streams together."""
        done = subprocess.run([PROGRAMS[tool], *map(str, arguments)], cwd=self.folder, env=self.environment, text=True, input=answer,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS_MAX, check=False)
        assert done.returncode == status, f"{tool} {' '.join(map(str, arguments))}: status {done.returncode}\n{done.stdout}"
        return done.stdout

    def change_code(self, before, after):
        source = self.folder / "forward" / "app.py"
        text = source.read_text()
        assert before in text
        source.write_text(text.replace(before, after))


class Application:
    """A deployed stack with the outputs Stream, QueueUrl and Function."""

    def __init__(self, client_of, server, stack):
        self.cloudformation, self.kinesis, self.sqs, self.functions = (
            client_of(server, service) for service in ("cloudformation", "kinesis", "sqs", "lambda"))
        self.stack = stack
        described = self.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        assert described["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}

    def forwards(self, text):
        """Puts a record, and gives back the message that comes of it."""
        self.kinesis.put_record(StreamName=self.outputs["Stream"], PartitionKey="key", Data=text.encode())

        def received():
            answer = self.sqs.receive_message(QueueUrl=self.outputs["QueueUrl"], WaitTimeSeconds=5)
            return answer.get("Messages")

        messages = eventually(received, seconds=30, interval=0)
        self.sqs.delete_message(QueueUrl=self.outputs["QueueUrl"], ReceiptHandle=messages[0]["ReceiptHandle"])
        assert len(messages) == 1
        return messages[0]["Body"]

    def is_gone(self):
        """Nothing is left of the stack, nor of what it made."""
        living = [stack["StackName"] for stack in self.cloudformation.list_stacks()["StackSummaries"] if stack["StackStatus"] != "DELETE_COMPLETE"]
        queue = self.outputs["QueueUrl"].rsplit("/", 1)[-1]
        return (self.stack not in living
                and self.outputs["Stream"] not in self.kinesis.list_streams()["StreamNames"]
                and not self.sqs.list_queues(QueueNamePrefix=queue).get("QueueUrls")
                and self.outputs["Function"] not in [function["FunctionName"] for function in self.functions.list_functions()["Functions"]])

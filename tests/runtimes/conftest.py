import base64
import json

import pytest

from support.packages import zip_of

ROLE = "arn:aws:iam::000000000000:role/any"


@pytest.fixture
def call(client, unique):
    """call(runtime, files, handler, event): what a function of its own answers (bytes), its FunctionError, and its log."""
    functions = client("lambda")

    def create_and_call(runtime, files, handler, event=None, **more):
        functions.create_function(FunctionName=unique, Runtime=runtime, Handler=handler, Role=ROLE, Code={"ZipFile": zip_of(files)}, Timeout=10,
                                  **more)
        output = functions.invoke(FunctionName=unique, Payload=json.dumps(event), LogType="Tail")
        return output["Payload"].read(), output.get("FunctionError"), base64.b64decode(output["LogResult"]).decode()

    return create_and_call

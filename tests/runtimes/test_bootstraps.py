"""What Millrace's own bootstraps answer and log, in the form of AWS's runtimes."""

import json

from support.packages import zip_of

ROLE = "arn:aws:iam::000000000000:role/any"

PYTHON = """
import decimal
def raw(event, context):
    return b"\\x00\\xff"
def numbers(event, context):
    return [decimal.Decimal("0.1234567890123456789012345"), decimal.Decimal(7), decimal.Decimal("NaN"), "decimal-x"]
def unfit(event, context):
    return {1, 2}
"""

NODE = """
export const rejected = async () => { Promise.reject(new TypeError("boom")); await new Promise((done) => setTimeout(done, 5000)); };
export const coded = async () => { throw Object.assign(new Error("gone"), { code: "ENOENT", path: "/x" }); };
"""


def python(call, handler):
    return call("python3.12", {"index.py": PYTHON}, f"index.{handler}")


def test_bytes_are_the_answer_as_they_are(call):
    assert python(call, "raw")[0] == b"\x00\xff"


def test_decimals_keep_their_digits(call):
    assert python(call, "numbers")[0] == b'[0.1234567890123456789012345, 7, NaN, "decimal-x"]'


def test_what_cannot_be_marshalled_has_no_stack(call):
    answer, failed, _ = python(call, "unfit")
    assert failed == "Unhandled"
    error = json.loads(answer)
    assert error.pop("requestId")
    assert error == {"errorType": "Runtime.MarshalError", "errorMessage": "Unable to marshal response: Object of type set is not JSON serializable",
                     "stackTrace": []}


def test_a_module_that_is_not_there_has_no_stack(call):
    error = json.loads(call("python3.12", {"index.py": ""}, "other.handler")[0])
    assert error["errorMessage"] == "Unable to import module 'other': No module named 'other'" and error["stackTrace"] == []


def test_an_unhandled_rejection_ends_the_process_with_the_reason(call):
    answer, failed, log = call("nodejs22.x", {"index.mjs": NODE}, "index.rejected")
    error = json.loads(answer)
    assert failed == "Unhandled"
    assert error["errorType"] == "Runtime.UnhandledPromiseRejection" and error["errorMessage"] == "TypeError: boom"
    assert error["trace"][0] == "Runtime.UnhandledPromiseRejection: TypeError: boom" and "index.mjs" in error["trace"][1]
    assert "\tERROR\tUnhandled Promise Rejection \t{" in log


def test_the_log_of_an_error_has_all_its_properties(call):
    answer, _, log = call("nodejs22.x", {"index.mjs": NODE}, "index.coded")
    assert json.loads(answer).keys() == {"errorType", "errorMessage", "trace"}
    line = next(line for line in log.splitlines() if "Invoke Error" in line)
    logged = json.loads(line.split("\t")[-1])
    assert (logged["errorType"], logged["code"], logged["path"]) == ("Error", "ENOENT", "/x") and logged["stack"][0] == "Error: gone"


SHARED = "export default function whoami() { return 'from the layer'; }"


def test_es_modules_find_the_packages_of_layers(call, client, unique):
    """As on AWS since Node.js 18, though Node.js itself looks there for require() only."""
    package = {"nodejs/node_modules/shared/index.js": SHARED, "nodejs/node_modules/shared/package.json": '{"type": "module", "main": "index.js"}'}
    layer = client("lambda").publish_layer_version(LayerName=unique, Content={"ZipFile": zip_of(package)})["LayerVersionArn"]
    code = "import whoami from 'shared';\nexport const handler = async () => whoami();\n"
    assert json.loads(call("nodejs22.x", {"index.mjs": code}, "index.handler", Layers=[layer])[0]) == "from the layer"


def test_a_package_that_is_nowhere_is_named(call):
    error = json.loads(call("nodejs22.x", {"index.mjs": "import 'not-there';\n"}, "index.handler")[0])
    assert error["errorType"] == "Runtime.ImportModuleError" and "Cannot find package 'not-there'" in error["errorMessage"]
    assert error["trace"][0].startswith("Runtime.ImportModuleError: Error: Cannot find package 'not-there'")


def test_an_answer_that_json_cannot_hold(call):
    code = "export const handler = async () => { const loop = {}; loop.loop = loop; return loop; };\n"
    error = json.loads(call("nodejs22.x", {"index.mjs": code}, "index.handler")[0])
    assert error["errorMessage"] == "Unable to stringify response body"


def test_an_edit_of_the_same_length_in_the_same_second_runs(client, unique, tmp_path):
    functions = client("lambda")
    source = tmp_path / "index.py"
    source.write_text("def handler(event, context): return 1\n")
    functions.create_function(FunctionName=unique, Runtime="python3.12", Handler="index.handler", Role=ROLE,
                              Code={"S3Bucket": "__local__", "S3Key": str(tmp_path)})
    for answer in (1, 2, 3, 4):
        source.write_text(f"def handler(event, context): return {answer}\n")
        assert json.load(functions.invoke(FunctionName=unique)["Payload"]) == answer


def test_output_without_a_line_end_belongs_to_its_invocation(client, unique, call):
    code = "import sys\ndef handler(event, context):\n    sys.stdout.write('part')\n"
    log = call("python3.12", {"index.py": code}, "index.handler")[2]
    lines = log.splitlines()
    assert lines.index("part") < next(n for n, line in enumerate(lines) if line.startswith("END")), log


def test_who_held_more_memory_than_it_may_has_failed_though_it_gave_it_back(call):
    code = "def handler(event, context):\n    return len(b'x' * (300 << 20))\n"
    answer, failed, log = call("python3.12", {"index.py": code}, "index.handler")
    error = json.loads(answer)
    assert failed == "Unhandled" and error["errorType"] == "Runtime.ExitError" and "signal: killed" in error["errorMessage"]
    report = next(line for line in log.splitlines() if line.startswith("REPORT"))
    assert "Max Memory Used: 128 MB" in report and "Status: error\tError Type: Runtime.OutOfMemory" in report, report

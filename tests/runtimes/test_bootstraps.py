"""What Millrace's own bootstraps answer and log, in the form of AWS's runtimes."""

import json

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

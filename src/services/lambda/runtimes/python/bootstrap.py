"""Runs a Python function: asks the Lambda Runtime API for events, calls the handler, posts what it returns.

Standard library only, Python 3.6 and later. A package that brings AWS's own client (awslambdaric) is run by that.
Either way an SDK inside the function reaches Millrace, also one too old to know AWS_ENDPOINT_URL.
"""

import importlib
import importlib.util
import json
import logging
import os
import re
import socket
import sys
import time
import traceback

TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
HANDLER = os.environ["_HANDLER"]

# botocore reads AWS_ENDPOINT_URL itself since this version.
FIRST_BOTOCORE_WITH_ENDPOINT_URL = (1, 31)


class EndpointHook:
    """An import hook: gives an old botocore's clients AWS_ENDPOINT_URL, unless the caller names an endpoint."""

    def find_spec(self, name, path=None, target=None):
        if name != "botocore.session":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            execute = spec.loader.exec_module

            def execute_and_patch(module):
                execute(module)
                self.patch(module.Session)

            spec.loader.exec_module = execute_and_patch
        return spec

    @staticmethod
    def patch(session):
        import botocore

        version = tuple(int(part) for part in botocore.__version__.split(".")[:2])
        if version >= FIRST_BOTOCORE_WITH_ENDPOINT_URL:
            return
        create_client = session.create_client

        # endpoint_url is the seventh argument, self included.
        def create_client_here(self, service_name, *args, **kwargs):
            if len(args) < 5 and kwargs.get("endpoint_url") is None:
                own = "AWS_ENDPOINT_URL_" + service_name.upper().replace("-", "_")
                kwargs["endpoint_url"] = os.environ.get(own) or os.environ.get("AWS_ENDPOINT_URL")
            return create_client(self, service_name, *args, **kwargs)

        session.create_client = create_client_here


def doubt_young_caches():
    """Python takes a cache for that of any source of the same size and second. One that was written so soon after its source may be of what
    stood there before."""
    import importlib._bootstrap_external as loading

    cache_of = loading.cache_from_source

    def cache_of_an_older_source(path, *args, **kwargs):
        cache = cache_of(path, *args, **kwargs)
        try:
            young = path.startswith(TASK_ROOT) and os.stat(cache).st_mtime - os.stat(path).st_mtime < 2
        except OSError:
            return cache
        if young:
            raise NotImplementedError  # "there are no caches"
        return cache

    loading.cache_from_source = cache_of_an_older_source


def answer_plainly(url):
    """AWS's helpers for custom resources speak TLS wherever the ResponseURL leads; to Millrace they go as it says."""
    import http.client

    address = url[len("http://"):].split("/", 1)[0]
    connect = http.client.HTTPSConnection.connect
    if getattr(connect, "plain_address", None) == address:
        return

    def connect_here(self):
        plain = "%s:%s" % (self.host, self.port) == address
        return http.client.HTTPConnection.connect(self) if plain else connect(self)

    connect_here.plain_address = address
    http.client.HTTPSConnection.connect = connect_here


class RuntimeClient:
    """One connection to the Runtime API. Speaks just the HTTP/1.1 that Millrace answers with."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.address = address
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb", 1 << 16)

    def next(self):
        return self.exchange("GET", "invocation/next", b"", {})

    def response(self, request_id, body, media_type):
        status, headers, answer = self.exchange("POST", "invocation/%s/response" % request_id, body,
                                                {"Content-Type": media_type})
        if status == 413:
            print("[ERROR] " + json.loads(answer.decode()).get("errorMessage", ""), flush=True)

    def error(self, request_id, error):
        self.report("invocation/%s/error" % request_id, error)

    def init_error(self, error):
        self.report("init/error", error)

    def report(self, path, error):
        self.exchange("POST", path, to_json(error), {"Content-Type": "application/json",
                                                     "Lambda-Runtime-Function-Error-Type": error["errorType"]})

    def exchange(self, method, path, body, headers):
        lines = ["%s /2018-06-01/runtime/%s HTTP/1.1" % (method, path), "Host: " + self.address]
        if method == "POST":
            lines.append("Content-Length: %d" % len(body))
        lines += ["%s: %s" % item for item in headers.items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace") + body)
        status_line = self.stream.readline()
        if not status_line:
            sys.exit(0)  # Millrace has gone
        answer = {}
        while True:
            line = self.stream.readline().strip()
            if not line:
                break
            name, _, value = line.decode("latin-1").partition(":")
            answer[name.lower()] = value.strip()
        length = int(answer.get("content-length", 0))
        return int(status_line.split()[1]), answer, self.stream.read(length)


class Identity:
    def __init__(self):
        self.cognito_identity_id = None
        self.cognito_identity_pool_id = None

    def __repr__(self):
        return "CognitoIdentity([cognito_identity_id=None,cognito_identity_pool_id=None])"


class Client:
    FIELDS = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")

    def __init__(self, values):
        for field in self.FIELDS:
            setattr(self, field, values.get(field))


class ClientContext:
    def __init__(self, values):
        self.custom = values.get("custom")
        self.env = values.get("env")
        self.client = Client(values["client"]) if values.get("client") else None


class LambdaContext:
    """The second argument of a handler, with the attributes that AWS documents."""

    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = Identity()
        given = headers.get("lambda-runtime-client-context")
        self.client_context = ClientContext(json.loads(given)) if given else None
        self.tenant_id = None
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        shown = ("aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb",
                 "function_version", "invoked_function_arn", "client_context", "identity")
        return "LambdaContext([%s])" % ",".join("%s=%s" % (name, getattr(self, name)) for name in shown)


class RequestIdFilter(logging.Filter):
    request_id = ""

    def filter(self, record):
        record.aws_request_id = self.request_id
        return True


def write_record(text):
    """As one line, with vertical tabs between its own: a record is one log event, however many lines it has. Not for whoever has put
    something else in the place of sys.stdout."""
    sys.__stdout__.write(text.rstrip("\n").replace("\n", "\v") + "\n")
    sys.__stdout__.flush()


class StdoutHandler(logging.Handler):
    def emit(self, record):
        write_record(self.format(record))


JSON_LOGS = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
LOG_LEVELS = {"TRACE": logging.NOTSET, "DEBUG": logging.DEBUG, "INFO": logging.INFO, "WARN": logging.WARNING,
              "ERROR": logging.ERROR, "FATAL": logging.CRITICAL}
LEVEL_NAMES = {logging.WARNING: "WARN", logging.CRITICAL: "FATAL"}
KNOWN_ATTRIBUTES = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "aws_request_id", "tenant_id"}


class JsonFormatter(logging.Formatter):
    """LogFormat JSON: what a record has, and what its caller gave as extra."""

    converter = time.gmtime

    def format(self, record):
        line = {"timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + ".%03dZ" % record.msecs,
                "level": LEVEL_NAMES.get(record.levelno, record.levelname), "message": record.getMessage(),
                "logger": record.name}
        if record.exc_info and record.exc_info[0]:
            line["stackTrace"] = traceback.format_exception(*record.exc_info)
            line["errorType"] = record.exc_info[0].__name__
            line["errorMessage"] = str(record.exc_info[1])
            line["location"] = "%s:%s:%d" % (record.pathname, record.funcName, record.lineno)
        if record.aws_request_id:
            line["requestId"] = record.aws_request_id
        line.update((key, value) for key, value in record.__dict__.items() if key not in KNOWN_ATTRIBUTES)
        return json.dumps(line, default=str) + "\n"


def set_up_logging():
    """The root logger as functions find it on AWS."""
    handler = StdoutHandler()
    if JSON_LOGS:
        formatter = JsonFormatter()
        logging.getLogger().setLevel(LOG_LEVELS.get(os.environ.get("AWS_LAMBDA_LOG_LEVEL", ""), logging.INFO))
    else:
        formatter = logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    request_ids = RequestIdFilter()
    handler.addFilter(request_ids)
    logging.getLogger().addHandler(handler)
    return request_ids


def set_up_output():
    """Lines appear when they are printed, whatever they contain."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)


class InitError(Exception):
    def __init__(self, error_type, message, frames=()):
        super().__init__(message)
        self.payload = {"errorMessage": message, "errorType": error_type, "requestId": "", "stackTrace": list(frames)}


def to_json(value):
    """Decimals keep all their digits: the encoder takes none as they are, so they are texts with a mark, which is then taken away."""
    mark = ""

    def encode_more(value):
        nonlocal mark
        if type(value).__name__ != "Decimal":
            raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)
        if value.is_nan():
            return float("nan")
        mark = mark or "decimal-" + os.urandom(8).hex() + "-"
        return mark + str(value)

    text = json.dumps(value, default=encode_more, ensure_ascii=False)
    if mark:
        text = re.sub('"%s([^"]*)"' % mark, r"\1", text)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair
        return json.dumps(json.loads(text)).encode("ascii")


def marshal(result):
    """The answer and its media type."""
    return (result, "application/unknown") if isinstance(result, bytes) else (to_json(result), "application/json")


def frames_of(error):
    """The traceback without the frames of this file and of the import machinery."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if frame.filename != __file__ and not frame.filename.startswith("<frozen importlib")]
    return traceback.format_list(frames)


def describe(error, request_id, error_type=None):
    return {"errorMessage": str(error), "errorType": error_type or type(error).__name__, "requestId": request_id,
            "stackTrace": frames_of(error)}


def print_error(error):
    if JSON_LOGS:
        line = {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "level": "ERROR"}
        line.update(error)
        return write_record(json.dumps(line))
    text = "[ERROR] %s: %s" % (error["errorType"], error["errorMessage"])
    if error["stackTrace"]:
        text += "\nTraceback (most recent call last):\n" + "".join(error["stackTrace"])
    write_record(text)


def load_handler():
    module_name, dot, function_name = HANDLER.rpartition(".")
    if not dot:
        raise InitError("Runtime.MalformedHandlerName",
                        "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % HANDLER)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise InitError("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        where = '  File "%s" Line %s\n    %s\n' % (error.filename, error.lineno, (error.text or "").strip())
        raise InitError("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error),
                        [where])
    handler = getattr(module, function_name, None)
    if handler is None:
        raise InitError("Runtime.HandlerNotFound",
                        "Handler '%s' missing on module '%s'" % (function_name, module_name))
    return handler


def initialize(client):
    try:
        return load_handler()
    except InitError as error:
        payload = error.payload
    except Exception as error:  # the module's own code
        payload = describe(error, "")
    print_error(payload)
    client.init_error(payload)
    sys.exit(1)


def invoke(handler, event, context):
    """The answer as marshal() has it, or what went wrong."""
    try:
        event = json.loads(event.decode("utf-8")) if event else None
    except ValueError as error:
        return None, describe(error, context.aws_request_id, "Runtime.UnmarshalError")
    if isinstance(event, dict) and str(event.get("ResponseURL")).startswith("http://"):
        answer_plainly(event["ResponseURL"])
    try:
        result = handler(event, context)
    except Exception as error:
        return None, describe(error, context.aws_request_id)
    try:
        return marshal(result), None
    except Exception as error:
        failure = describe(error, context.aws_request_id, "Runtime.MarshalError")
        failure.update(errorMessage="Unable to marshal response: %s" % error, stackTrace=[])
        return None, failure


def serve(client, handler, request_ids):
    while True:
        _, headers, event = client.next()
        request_ids.request_id = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        answer, failure = invoke(handler, event, LambdaContext(headers))
        if failure is not None:
            print_error(failure)
        sys.stdout.flush()
        sys.stderr.flush()
        if failure is not None:
            client.error(request_ids.request_id, failure)
        else:
            client.response(request_ids.request_id, *answer)


def main():
    sys.path[0] = TASK_ROOT
    doubt_young_caches()
    sys.meta_path.insert(0, EndpointHook())
    if os.path.isdir(os.path.join(TASK_ROOT, "awslambdaric")):
        import runpy

        sys.argv = ["awslambdaric", HANDLER]
        return runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
    set_up_output()
    request_ids = set_up_logging()
    client = RuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    serve(client, initialize(client), request_ids)


if __name__ == "__main__":
    main()

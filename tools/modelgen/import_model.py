#!/usr/bin/env python3
"""Takes operations with all their shapes from AWS's published service models into ours.

usage: import_model.py --botocore DIR --service kinesis --operations PutRecord,GetRecords [--into models/kinesis.json]

DIR is botocore's `data` folder. Without --into the result is printed; with it, it is merged: operations and shapes that
are there already are replaced, everything else stays. Only facts are taken (names, types, ranges, patterns, enums,
locations, error codes and statuses), no documentation. `--drop Shape.Member,...` leaves members out, `*.Member` wherever
it is.
"""

import argparse
import gzip
import json
import re
import sys
from pathlib import Path

PROTOCOLS = {"query": ["query"], "rest-json": ["rest-json"], "rest-xml": ["rest-xml"]}
LOCATIONS = {
    "uri": "uri", "querystring": "querystring", "header": "header", "headers": "headers", "statusCode": "status_code"}
TYPES = {"float": "double", "character": "string"}

# What AWS's models no longer say about SQS, since they moved to its JSON protocol: its names in the query protocol.
SQS_ITEMS = {
    "AWSAccountIdList": "AWSAccountId",
    "ActionNameList": "ActionName",
    "AttributeNameList": "AttributeName",
    "BatchResultErrorEntryList": "BatchResultErrorEntry",
    "BinaryList": "BinaryListValue",
    "ChangeMessageVisibilityBatchRequestEntryList": "ChangeMessageVisibilityBatchRequestEntry",
    "ChangeMessageVisibilityBatchResultEntryList": "ChangeMessageVisibilityBatchResultEntry",
    "DeleteMessageBatchRequestEntryList": "DeleteMessageBatchRequestEntry",
    "DeleteMessageBatchResultEntryList": "DeleteMessageBatchResultEntry",
    "ListMessageMoveTasksResultEntryList": "ListMessageMoveTasksResultEntry",
    "MessageAttributeNameList": "MessageAttributeName",
    "MessageList": "Message",
    "MessageSystemAttributeList": "MessageSystemAttributeName",
    "QueueUrlList": "QueueUrl",
    "SendMessageBatchRequestEntryList": "SendMessageBatchRequestEntry",
    "SendMessageBatchResultEntryList": "SendMessageBatchResultEntry",
    "StringList": "StringListValue",
    "TagKeyList": "TagKey",
}
SQS_MEMBERS = {
    "QueueAttributeMap": "Attribute",
    "MessageSystemAttributeMap": "Attribute",
    "MessageBodyAttributeMap": "MessageAttribute",
    "MessageBodySystemAttributeMap": "MessageSystemAttribute",
    "TagMap": "Tag",
}
SQS_QUERY_CODES = {
    "QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue",
    "QueueNameExists": "QueueAlreadyExists",
    **{
        code: f"AWS.SimpleQueueService.{code}"
        for code in (
            "BatchEntryIdsNotDistinct", "BatchRequestTooLong", "EmptyBatchRequest", "InvalidBatchEntryId",
            "MessageNotInflight", "PurgeQueueInProgress", "QueueDeletedRecently", "TooManyEntriesInBatchRequest",
            "UnsupportedOperation",
        )
    },
}
# What S3 calls the root elements of its answers, which its model does not say.
S3_ROOTS = {
    "CompleteMultipartUploadOutput": "CompleteMultipartUploadResult",
    "CreateMultipartUploadOutput": "InitiateMultipartUploadResult",
    "DeleteObjectsOutput": "DeleteResult",
    "GetBucketAclOutput": "AccessControlPolicy",
    "GetBucketCorsOutput": "CORSConfiguration",
    "GetBucketLifecycleConfigurationOutput": "LifecycleConfiguration",
    "GetBucketLocationOutput": "LocationConstraint",
    "GetBucketTaggingOutput": "Tagging",
    "GetBucketVersioningOutput": "VersioningConfiguration",
    "GetObjectAclOutput": "AccessControlPolicy",
    "GetObjectAttributesOutput": "GetObjectAttributesResponse",
    "GetObjectTaggingOutput": "Tagging",
    "ListBucketsOutput": "ListAllMyBucketsResult",
    "ListMultipartUploadsOutput": "ListMultipartUploadsResult",
    "ListObjectVersionsOutput": "ListVersionsResult",
    "ListObjectsOutput": "ListBucketResult",
    "ListObjectsV2Output": "ListBucketResult",
    "ListPartsOutput": "ListPartsResult",
}
SQS_STATUSES = {"InvalidAddress": 404, "OverLimit": 403, "PurgeQueueInProgress": 403, "ReceiptHandleIsInvalid": 404}


def published_model(data, service):
    """The newest model of a service in botocore's data folder."""
    folder = sorted((Path(data) / service).iterdir())[-1]
    packed = folder / "service-2.json.gz"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / "service-2.json").read_bytes()
    return json.loads(text)


def protocols_of(metadata):
    if metadata["protocol"] == "json":
        own = [f"json-{metadata['jsonVersion']}"]
        # What the Java SDKs speak to Kinesis, though its model does not say so.
        if metadata["serviceId"] == "Kinesis":
            own.append("cbor-1.1")
        return own + ["query"] if "awsQueryCompatible" in metadata else own
    if metadata["protocol"] == "smithy-rpc-v2-cbor":
        older = {"json": f"json-{metadata['jsonVersion']}", "query": "query"}
        return ["rpc-v2-cbor"] + [older[name] for name in metadata["protocols"] if name in older]
    return PROTOCOLS[metadata["protocol"]]


class Importer:
    def __init__(self, published, service, dropped=()):
        self.published = published
        self.service = service
        self.dropped = set(dropped)
        self.metadata = published["metadata"]
        self.protocols = protocols_of(self.metadata)
        self.shapes = {}
        self.errors = {}

    def service_facts(self):
        """What stands in a model besides operations, shapes and errors."""
        facts = {"service": self.service, "protocols": self.protocols}
        if "targetPrefix" in self.metadata:
            facts["target_prefix"] = self.metadata["targetPrefix"]
        facts["signing_name"] = self.metadata.get("signingName", self.metadata["endpointPrefix"])
        if self.service == "logs":
            facts["validation"] = {"code": "InvalidParameterException"}
        if "query" in self.protocols:
            facts["api_version"] = self.metadata["apiVersion"]
            facts["xml_namespace"] = self.metadata.get("xmlNamespace", "")
            facts["validation"] = {"code": "ValidationError"}
        if self.service == "s3":
            facts["xml_namespace"] = "http://s3.amazonaws.com/doc/2006-03-01/"
            facts["validation"] = {"code": "InvalidArgument"}
        if self.service == "sqs":
            facts["xml_namespace"] = "http://queue.amazonaws.com/doc/2012-11-05/"
            facts["error_namespace"] = "com.amazonaws.sqs"
            facts["error_detail"] = True
            facts["validation"] = {
                "style": "parameters", "code": "MissingRequiredParameterException", "query_code": "MissingParameter"}
        return facts

    def http(self, operation):
        if not {"rest-json", "rest-xml"}.intersection(self.protocols):
            return None
        http = operation["http"]
        binding = {"method": http["method"], "path": http["requestUri"]}
        if http.get("responseCode", 200) != 200:
            binding["status"] = http["responseCode"]
        return binding

    def operation(self, name):
        published = self.published["operations"][name]
        entry = {}
        for side in ("input", "output"):
            if side in published:
                entry[side] = published[side]["shape"]
                self.shape(entry[side])
        entry["errors"] = [self.error(reference["shape"]) for reference in published.get("errors", [])]
        events = self.events(published)
        if events:
            entry["events"] = events
        http = self.http(published)
        if http:
            entry["http"] = http
        return entry

    def events(self, operation):
        """The event types that stream in the output, and their shapes; what else streams there are errors."""
        shapes = self.published["shapes"]
        output = shapes[operation["output"]["shape"]] if "output" in operation else {}
        events = {}
        for reference in output.get("members", {}).values():
            stream = shapes[reference["shape"]]
            for event, target in stream["members"].items() if stream.get("eventstream") else ():
                if shapes[target["shape"]].get("event"):
                    events[event] = target["shape"]
                    self.shape(target["shape"])
        return events

    def error(self, name):
        shape = self.published["shapes"][name]
        facts = shape.get("error", {})
        status = facts.get("httpStatusCode") or SQS_STATUSES.get(name) or (500 if shape.get("fault") else 400)
        entry = {"status": status}
        code = facts.get("code", name)
        if self.service == "sqs":
            code = SQS_QUERY_CODES.get(name, code)
        if code != name:
            entry["query_code"] = code
        if "Message" in shape.get("members", {}) and "rest-json" in self.protocols:
            entry["message_member"] = "Message"
        self.errors[name] = entry
        return name

    def shape(self, name):
        if name in self.shapes:
            return
        published = self.published["shapes"][name]
        entry = {"type": TYPES.get(published["type"], published["type"])}
        self.shapes[name] = entry
        getattr(self, f"_{entry['type']}", self._scalar)(name, published, entry)
        if self.service == "sqs" and entry["type"] in ("list", "map"):
            self._sqs_names(name, entry)

    def _scalar(self, name, published, entry):
        for key in ("enum", "pattern", "min", "max"):
            if key in published:
                entry[key] = published[key]
        if re.search(r"\(\?<?[!=]", entry.get("pattern", "")):
            print(f"{name}: look-around is not for RE2, left out: {entry.pop('pattern')}", file=sys.stderr)

    def _list(self, name, published, entry):
        entry["member"] = published["member"]["shape"]
        self._sizes(published, entry)
        if "locationName" in published["member"]:
            entry["xml_item"] = published["member"]["locationName"]
        self.shape(entry["member"])

    def _map(self, name, published, entry):
        for side in ("key", "value"):
            entry[side] = published[side]["shape"]
            if "locationName" in published[side]:
                entry[f"xml_{side}"] = published[side]["locationName"]
            self.shape(entry[side])
        self._sizes(published, entry)

    def _sizes(self, published, entry):
        for key in ("min", "max", "flattened"):
            if key in published:
                entry[key] = published[key]

    def _sqs_names(self, name, entry):
        entry["flattened"] = True
        if name in SQS_ITEMS:
            entry["xml_item"] = SQS_ITEMS[name]
        if entry["type"] == "map":
            tag = name == "TagMap"
            entry["xml_key"], entry["xml_value"] = ("Key", "Value") if tag else ("Name", "Value")

    def _structure(self, name, published, entry):
        entry["members"] = {}
        for member, reference in published["members"].items():
            if {f"{name}.{member}", f"*.{member}"} & self.dropped:
                continue
            target = self.published["shapes"][reference["shape"]]
            if target.get("eventstream"):
                continue  # see events()
            entry["members"][member] = self._member(name, member, reference, published)
            self.shape(reference["shape"])
            if reference.get("flattened"):
                self._flatten(entry["members"][member])
        if published.get("payload") in entry["members"]:
            entry["payload"] = published["payload"]
        if self.service == "s3" and name in S3_ROOTS:
            entry["xml_root"] = S3_ROOTS[name]
        if "prefix" in published.get("xmlNamespace", {}):
            entry["xml_prefix"] = {key: published["xmlNamespace"][key] for key in ("prefix", "uri")}

    def _flatten(self, member):
        """A list that is flattened in this one place is a shape of its own."""
        flat = f"Flattened{member['shape']}"
        self.shapes[flat] = {**self.shapes[member["shape"]], "flattened": True}
        member["shape"] = flat

    def _member(self, name, member, reference, published):
        entry = {"shape": reference["shape"]}
        if member in published.get("required", []):
            entry["required"] = True
        location = reference.get("location")
        if location:
            entry["location"] = LOCATIONS[location]
            entry["location_name"] = reference.get("locationName", member)
        elif reference.get("locationName", member) != member:
            if not {"query", "rest-xml"}.intersection(self.protocols):
                sys.exit(f"{name}.{member}: a body member with another name is not supported")
            entry["xml_name"] = reference["locationName"]
        if reference.get("xmlAttribute"):
            entry["xml_attribute"] = True
        if self.service == "sqs" and reference["shape"] in SQS_MEMBERS:
            entry["xml_name"] = SQS_MEMBERS[reference["shape"]]
        return entry

    def run(self, names):
        model = self.service_facts()
        operations = {name: self.operation(name) for name in names}
        model.update(errors=self.errors, shapes=self.shapes, operations=operations)
        return model


def merge(old, new, importer):
    """The new model's entries into the old model, which keeps what only it has."""
    merged = {**new, **{key: value for key, value in old.items() if key not in ("errors", "shapes", "operations")}}
    for table in ("errors", "shapes", "operations"):
        merged[table] = {**old.get(table, {}), **new[table]}
    return with_absent(merged, importer)


def with_absent(model, importer):
    """Names what AWS has and the model has not."""
    published = importer.published["operations"]
    model.pop("absent_operations", None)
    absent = {name: importer.http(entry) for name, entry in published.items() if name not in model["operations"]}
    if absent:
        model["absent_operations"] = absent
    return model


def format_model(model):
    """JSON with one line an entry: it is read by people."""

    def entries(table):
        lines = [f"    {json.dumps(name)}: {entry(value)}" for name, value in table.items()]
        return "{\n" + ",\n".join(lines) + "\n  }" if lines else "{}"

    def entry(value):
        members = value.get("members") if isinstance(value, dict) else None
        if not members:
            return json.dumps(value, ensure_ascii=False)
        rest = {key: other for key, other in value.items() if key != "members"}
        head = json.dumps(rest, ensure_ascii=False)[:-1]
        lines = [f"      {json.dumps(name)}: {json.dumps(member)}" for name, member in members.items()]
        return head + ', "members": {\n' + ",\n".join(lines) + "}}"

    tables = ("errors", "shapes", "operations", "absent_operations")
    parts = [
        f"  {json.dumps(key)}: {entries(value) if key in tables else json.dumps(value)}" for key, value in model.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--botocore", required=True, help="botocore's data folder")
    parser.add_argument("--service", required=True)
    parser.add_argument("--operations", required=True, help="comma-separated")
    parser.add_argument("--drop", default="", help="members to leave out: Shape.Member,...")
    parser.add_argument("--into", type=Path, help="the model to merge into")
    options = parser.parse_args()
    published = published_model(options.botocore, options.service)
    names = [name for name in options.operations.split(",") if name]
    unknown = [name for name in names if name not in published["operations"]]
    if unknown:
        sys.exit(f"{options.service} has no operation {', '.join(unknown)}")
    importer = Importer(published, options.service, options.drop.split(","))
    model = importer.run(names)
    if options.into:
        old = json.loads(options.into.read_text(encoding="utf-8")) if options.into.exists() else {}
        options.into.write_text(format_model(merge(old, model, importer)), encoding="utf-8")
    else:
        print(format_model(with_absent(model, importer)), end="")


if __name__ == "__main__":
    main()

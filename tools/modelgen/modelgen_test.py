#!/usr/bin/env python3
"""Tests of the generator: names, and what it refuses."""

import copy
import tempfile
import unittest
from pathlib import Path

from model import Model, ModelError, re2_expression, snake_case
from modelgen import header, literal, source, write_if_changed

MODEL = {
    "service": "demo",
    "protocols": ["json-1.1"],
    "target_prefix": "Demo",
    "errors": {"NotThereException": {"status": 404}},
    "shapes": {
        "Name": {"type": "string", "pattern": "[\\u0020-\\u00FF]+", "min": 1},
        "Names": {"type": "list", "member": "Name"},
        "GetInput": {"type": "structure", "members": {"Name": {"shape": "Name", "required": True},
                                                      "Delete": {"shape": "Names"}}},
    },
    "operations": {"Get": {"input": "GetInput", "errors": ["NotThereException"]}},
}


def changed(change):
    model = copy.deepcopy(MODEL)
    change(model)
    return model


class Names(unittest.TestCase):
    def test_snake_case(self):
        for name, expected in {
            "StreamARN": "stream_arn",
            "MaxRecordSizeInKiB": "max_record_size_in_kib",
            "WarmThroughputMiBps": "warm_throughput_mibps",
            "MD5OfBody": "md5_of_body",
            "KMSKeyArn": "kms_key_arn",
            "S3Bucket": "s3_bucket",
            "CodeSha256": "code_sha256",
            "EC2ThrottledException": "ec2_throttled_exception",
            "UUID": "uuid",
            "IPv6": "ipv6",
            "queueUrls": "queue_urls",
            "Delete": "delete_",
        }.items():
            self.assertEqual(snake_case(name), expected)

    def test_patterns_and_literals(self):
        self.assertEqual(re2_expression(r"[\u0020-\uD7FF\u10000]\d"), r"[\x{0020}-\x{D7FF}\x{10000}]\d")
        self.assertEqual(literal('a"\\\n\u00e9'), '"a\\"\\\\\\012\\303\\251"')


class Output(unittest.TestCase):
    def test_header_declares_structures_operations_and_errors(self):
        text = header(Model(MODEL))
        self.assertIn("    std::string name;\n    std::optional<std::vector<std::string>> delete_ = {};\n", text)
        self.assertIn("    using Output = aws::Nothing;\n", text)
        self.assertIn("aws::ServiceError not_there_exception(std::string message);", text)

    def test_shared_bytes_of_answers(self):
        def share(model):
            model["shapes"]["Bytes"] = {"type": "blob", "shared": True}
            model["shapes"]["GetOutput"] = {"type": "structure", "members": {"Data": {"shape": "Bytes", "required": True}}}
            model["operations"]["Get"]["output"] = "GetOutput"

        model = Model(changed(share))
        self.assertIn("    SharedBytes data;\n", header(model))
        self.assertIn(".shared = true", source(model))

    def test_source_tables_events(self):
        text = source(Model(changed(lambda model: model["operations"]["Get"].update(events={"Got": "GetInput"}))))
        self.assertIn('constexpr aws::EventModel kGetEvents[] = {{"Got", &kGetInputShape}};', text)
        self.assertIn(".events = kGetEvents", text)

    def test_source_is_the_same_each_time(self):
        self.assertEqual(source(Model(MODEL)), source(Model(copy.deepcopy(MODEL))))

    def test_unchanged_files_keep_their_time(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "api" / "x.h"
            write_if_changed(path, "a")
            before = path.stat().st_mtime_ns
            write_if_changed(path, "a")
            self.assertEqual(path.stat().st_mtime_ns, before)
            write_if_changed(path, "b")
            self.assertEqual([entry.name for entry in path.parent.iterdir()], ["x.h"])


class Refusals(unittest.TestCase):
    def refuse(self, change, words):
        with self.assertRaisesRegex(ModelError, words):
            Model(changed(change))

    def test_what_is_misspelt(self):
        self.refuse(lambda model: model.update(protocol="x"), "unknown key 'protocol'")
        self.refuse(lambda model: model["shapes"]["Name"].update(patern="x"), "shape Name: unknown key 'patern'")
        self.refuse(lambda model: model["shapes"]["Name"].update(type="text"), "shape Name: unknown type 'text'")
        self.refuse(lambda model: model["protocols"].append("soap"), "unknown protocol soap")

    def test_what_refers_to_nothing(self):
        self.refuse(lambda model: model["shapes"]["Names"].update(member="X"), "shape Names: there is no shape 'X'")
        self.refuse(lambda model: model["operations"]["Get"].update(output="X"), "output 'X' is no structure")
        self.refuse(lambda model: model["operations"]["Get"]["errors"].append("X"), "there is no error 'X'")

        self.refuse(lambda model: model["operations"]["Get"].update(events={"E": "Name"}), "event E 'Name' is no structure")

    def test_what_cxx_cannot_hold(self):
        self.refuse(lambda model: model["shapes"]["Names"].update(member="Names"), "contains itself")
        self.refuse(lambda model: model["shapes"].update(Get={"type": "structure"}), "the name of an operation")
        self.refuse(lambda model: model["shapes"].update(Name={"type": "blob", "shared": True}), "only answers may share bytes")


if __name__ == "__main__":
    unittest.main()

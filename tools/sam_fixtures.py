#!/usr/bin/env python3
"""Writes what AWS's own translator makes of our AWS::Serverless templates, for the tests to compare with.

usage: sam_fixtures.py [--check]

Reads src/services/cloudformation/sam/testdata/*.yaml and writes NAME.json beside each; --check only tells what differs.
Parameters have their defaults, the region is us-east-1. Needs the packages aws-sam-translator and pyyaml
(pip install aws-sam-translator==1.115.0 pyyaml).
"""

import argparse
import json
import os
import sys
from pathlib import Path

import yaml

os.environ["AWS_DEFAULT_REGION"] = "us-east-1"

from samtranslator.translator.transform import transform  # noqa: E402 (the region must be set before)

TESTDATA = Path(__file__).parent.parent / "src/services/cloudformation/sam/testdata"


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags."""


def short_tag(loader, suffix, node):
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name: value}


Loader.add_multi_constructor("!", short_tag)


class NoPolicies:
    """All managed policies that the templates use come with the translator."""

    @staticmethod
    def load():
        return {}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    different = []
    for path in sorted(TESTDATA.glob("*.yaml")):
        template = yaml.load(path.read_text(), Loader)
        made = transform(template, {}, NoPolicies())
        text = json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        target = path.with_suffix(".json")
        if check:
            if not target.exists() or target.read_text() != text:
                different.append(target.name)
        else:
            target.write_text(text)
    if different:
        sys.exit(f"differ from what the translator makes: {', '.join(different)}")


if __name__ == "__main__":
    main()

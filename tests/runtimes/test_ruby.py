"""What is Ruby's own about functions: handlers in classes, gems of the package, scripts that cannot be loaded."""

import json

import pytest

from runtimes.probes import PROBES

GEM = "vendor/bundle/ruby/3.3.0"
SPECIFICATION = 'Gem::Specification.new { |s| s.name = "mill"; s.version = "1.0"; s.summary = "s"; s.authors = ["m"]; s.files = ["lib/mill.rb"] }\n'


def ruby(call, files, handler, event=None):
    answer, failed, _ = call("ruby3.3", files, handler, event)
    return json.loads(answer), failed


def test_a_handler_in_a_class(call):
    source = (PROBES["ruby"].package("ruby") / "probe.rb").read_text()
    assert ruby(call, {"probe.rb": source}, "probe.Deep::Probe.handle", {"a": 1}) == ([{"a": 1}, 128], None)


def test_a_gem_of_the_package(call):
    files = {
        "main.rb": 'require "mill"\ndef handle(event:, context:) = Mill::NAME\n',
        f"{GEM}/specifications/mill-1.0.gemspec": SPECIFICATION,
        f"{GEM}/gems/mill-1.0/lib/mill.rb": 'module Mill\n  NAME = "mill"\nend\n',
    }
    assert ruby(call, files, "main.handle") == ("mill", None)


@pytest.mark.parametrize(
    ("source", "handler", "error", "message"),
    [
        ("def handle(event:, context:) = 1", "other.handle", "Init<LoadError>", "cannot load such file -- other"),
        ("def handle(event:, context:", "main.handle", "Init<SyntaxError>", "main.rb"),
        ("x = 1", "main.handle", "Init<NameError>", "undefined method `handle'"),
        ("x = 1", "main", "Init<ArgumentError>", "Invalid handler main, must be of form FILENAME.METHOD"),
        ("def handle(event:) = 1", "main.handle", "Function<ArgumentError>", "unknown keyword: :context"),
    ],
)
def test_what_cannot_be_called_says_why(call, source, handler, error, message):
    payload, failed = ruby(call, {"main.rb": source + "\n"}, handler)
    assert failed == "Unhandled"
    assert payload["errorType"] == error and message in payload["errorMessage"], payload

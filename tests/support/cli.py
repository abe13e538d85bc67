"""The AWS CLI and Millrace's own commands, as a user runs them."""

import json
import os
import subprocess

from support.server import BINARY, ROOT

AWS = ROOT / "build" / "clients" / "python" / "bin" / "aws"
AWS_VERSION_2 = "/usr/bin/aws"  # Debian's package


def environment(endpoint):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **clean,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_PAGER": "",
    }


def aws(endpoint, *arguments, check=True, program=AWS, **options):
    """Runs `aws ...`; returns the parsed JSON of its stdout (or the text where it is none)."""
    # Version 1 of the CLI overrides AWS_ENDPOINT_URL for SQS in most regions; the flag holds for all.
    done = subprocess.run([program, "--endpoint-url", endpoint, *map(str, arguments)], env=environment(endpoint), capture_output=True, text=True, timeout=120,
                          **options)
    if check and done.returncode != 0:
        raise AssertionError(f"aws {' '.join(map(str, arguments))}: status {done.returncode}\n{done.stdout}{done.stderr}")
    if not check:
        return done
    try:
        return json.loads(done.stdout) if done.stdout.strip() else {}
    except ValueError:
        return done.stdout


def millrace(*arguments, endpoint=None, check=True, **options):
    """Runs `millrace ...`; returns the finished process."""
    command = [BINARY, *map(str, arguments), *(["--endpoint-url", endpoint] if endpoint else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"millrace {' '.join(map(str, arguments))}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done

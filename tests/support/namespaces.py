"""Whether this system lets us have mount namespaces, as functions do."""

import os
import subprocess

import pytest

UNSHARE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--user", "--map-current-user"]
NEEDS_NAMESPACES = pytest.mark.skipif(subprocess.run([*UNSHARE, "true"], capture_output=True).returncode != 0, reason="this system allows no namespaces")

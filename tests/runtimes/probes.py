"""Packs the probe of each language: folders below build/runtimes with what goes into a function's package.

Python, Java and the sdk use what scripts/install-dependencies.sh --clients installs. Go, Rust, Node.js and C++ need compilers and take minutes, so
they are built only when MILLRACE_RUNTIMES is set (make runtimes); a registry that cannot be reached is then a failure.
"""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import typing

import pytest

from support.server import ROOT

SOURCES = ROOT / "tests" / "runtimes"
BUILT = ROOT / "build" / "runtimes"
CLIENTS = ROOT / "build" / "clients"
PYTHON_PACKAGES = ("awslambdaric", "runtime_client", "snapshot_restore_py", "simplejson")


@dataclasses.dataclass
class Probe:
    runtime: str
    handler: str
    pack: typing.Callable
    records_handler: str | None = None  # None: the same
    typed_events: bool = True
    error_type: str | None = None  # what the language's runtime calls the probe's exception

    def package(self, language):
        """A folder with the probe's files, made anew."""
        folder = BUILT / language
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.pack(folder)
        return folder


def run(*command, **options):
    subprocess.run([str(word) for word in command], check=True, **options)


def tool(name):
    if not os.environ.get("MILLRACE_RUNTIMES"):
        pytest.skip("takes long: make runtimes")
    path = shutil.which(name)
    assert path, f"{name} is not on PATH: make runtimes needs go, cargo, npm, cmake and clang++-19"
    return path


def pack_python(folder):
    shutil.copy(SOURCES / "python" / "probe.py", folder)


def pack_python_with_client(folder):
    pack_python(folder)
    (installed,) = (CLIENTS / "python" / "lib").glob("python3.*/site-packages")
    for name in PYTHON_PACKAGES:
        for path in installed.glob(f"{name}*"):
            if path.suffix != ".dist-info":
                (shutil.copytree if path.is_dir() else shutil.copy)(path, folder / path.name)


def pack_node(folder):
    shutil.copy(SOURCES / "node" / "probe.mjs", folder)


def pack_node_with_client(folder):
    npm = tool("npm")
    shutil.copy(SOURCES / "node" / "package.json", folder)
    run(npm, "install", "--silent", "--no-audit", "--no-fund", cwd=folder)
    pack_node(folder)


def pack_ruby(folder):
    shutil.copy(SOURCES / "ruby" / "probe.rb", folder)


def pack_java(folder):
    runtime = CLIENTS / "java-runtime"
    if not runtime.is_dir():
        pytest.skip("AWS's Java runtime could not be installed")
    shutil.copytree(runtime, folder / "lib", ignore=shutil.ignore_patterns(".*"))
    run("javac", "-cp", f"{folder}/lib/*", "-d", folder, SOURCES / "java" / "Probe.java")


def pack_sdk(folder):
    headers = f"-I{ROOT}/sdk/include"
    run("clang++-19", "-std=c++20", "-O0", headers, SOURCES / "sdk" / "probe.cc", "-lcurl", "-o", folder / "bootstrap")


def pack_go(folder):
    run(tool("go"), "build", "-o", folder / "bootstrap", ".", cwd=SOURCES / "go", env={**os.environ, "CGO_ENABLED": "0"})


def pack_rust(folder):
    target = BUILT / "rust-target"
    run(tool("cargo"), "build", "--quiet", "--release", "--locked", "--target-dir", target, cwd=SOURCES / "rust")
    shutil.copy(target / "release" / "bootstrap", folder)


def pack_cpp(folder):
    cmake, compiler, npm = tool("cmake"), tool("clang++-19"), tool("npm")
    work = BUILT / "cpp-work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    shutil.copy(SOURCES / "node" / "package.json", work)
    run(npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", cwd=work)
    (archive,) = pathlib.Path(work).glob("**/aws-lambda-cpp.tar.xz")
    run("tar", "-C", work, "-xf", archive, stderr=subprocess.DEVNULL)
    run(cmake, "-S", work, "-B", work / "build", f"-DCMAKE_CXX_COMPILER={compiler}", "-DCMAKE_BUILD_TYPE=Release", stdout=subprocess.DEVNULL)
    run(cmake, "--build", work / "build", stdout=subprocess.DEVNULL)
    run(compiler, "-std=c++17", "-flto=thin", "-fuse-ld=lld", f"-I{work}/include", SOURCES / "cpp" / "probe.cc",
        work / "build" / "libaws-lambda-runtime.a", "-lcurl", "-o", folder / "bootstrap")


PROBES = {
    "python": Probe("python3.12", "probe.handle", pack_python, error_type="RuntimeError"),
    "python-client": Probe("python3.12", "probe.handle", pack_python_with_client, error_type="RuntimeError"),
    "node": Probe("nodejs22.x", "probe.handle", pack_node, error_type="Error"),
    "node-client": Probe("nodejs22.x", "probe.handle", pack_node_with_client, error_type="Error"),
    "ruby": Probe("ruby3.3", "probe.handle", pack_ruby, error_type="Function<RuntimeError>"),
    "sdk": Probe("provided.al2023", "bootstrap", pack_sdk, error_type="ProbeError"),
    "java": Probe("java17", "millrace.Probe::handle", pack_java, "millrace.Probe::records", error_type="java.lang.IllegalStateException"),
    "go": Probe("provided.al2023", "bootstrap", pack_go, error_type="errorString"),
    "rust": Probe("provided.al2023", "bootstrap", pack_rust),
    "cpp": Probe("provided.al2023", "bootstrap", pack_cpp, typed_events=False, error_type="ProbeError"),
}

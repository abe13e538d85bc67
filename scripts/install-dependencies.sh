#!/usr/bin/env bash
# Installs what building Millrace on Debian 12 needs; with --tests also the packages that testing needs, with --clients those and the
# clients of the tests, with --consumers the client library for Python, with --bench what measuring needs, with --deployment-tools other tools
# that deploy to Millrace. Asks the package manager for nothing when all is there; says what it installs otherwise. Runs as root, or through sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

build_packages=(
    ca-certificates ccache clang-19 cmake libboost-json1.81-dev libboost1.81-dev libc6-dev libclang-rt-19-dev libcli11-dev
    libcurl4-openssl-dev libfmt-dev libgmock-dev libgtest-dev libnghttp2-dev libre2-dev libsimdjson-dev libssl-dev libyaml-cpp-dev libzip-dev libzstd-dev
    lld-19 llvm-19 make ninja-build nlohmann-json3-dev pkg-config python3 zlib1g-dev
)
test_packages=(awscli clang-format-19 clang-tidy-19 curl maven nodejs openjdk-17-jdk-headless python3-boto3 python3-venv ruby zstd)
bench_packages=(libbenchmark-dev linux-perf nginx-light)
wanted=("${build_packages[@]}")
if [[ -n "${1:-}" ]]; then
    wanted+=("${test_packages[@]}")
    command -v npm >/dev/null || wanted+=(npm)
fi
[[ "${1:-}" != --bench ]] || wanted+=("${bench_packages[@]}")

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ "$status" == installed ]] || missing+=("$package")
done

if ((${#missing[@]} > 0)); then
    as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || {
            echo "These Debian packages are missing: ${missing[*]}" >&2
            echo "Run this as root, or install sudo." >&2
            exit 1
        }
        as_root=(sudo)
    fi
    echo "Installing Debian packages: ${missing[*]}"
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if ! { "${as_root[@]}" apt-get update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        echo "The installation failed; the lines above say why." >&2
        exit 1
    fi
fi

[[ -n "${1:-}" && "$1" != --tests ]] || exit 0

# What follows is pinned, and in folders of its own below build/. Who comes while another installs waits for it.
mkdir -p build
exec 9>build/.installing
flock 9

# Makes a Python environment of what a requirements file names.
install_python() {
    local requirements=$1 folder=$2 what=$3
    cmp -s "$requirements" "$folder/.installed" && return
    echo "Installing $what into $folder"
    rm -rf "$folder"
    /usr/bin/python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
    cp "$requirements" "$folder/.installed"
}

# Installs what the lock file of a package.json names.
install_node() {
    local source=$1 folder=$2 what=$3
    cmp -s "$source/package-lock.json" "$folder/.installed" && return
    echo "Installing $what into $folder"
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$folder/"
    (cd "$folder" && npm ci --silent --no-audit --no-fund)
    cp "$source/package-lock.json" "$folder/.installed"
}

if [[ "$1" == --deployment-tools ]]; then
    install_python tests/deployment/requirements.txt build/deployment-tools/python "SAM CLI"
    install_node tests/deployment build/deployment-tools/node "AWS CDK and osls"
    exit 0
fi

# Downloads what a pom names into build/clients/<folder>.
install_java() {
    local pom=$1 folder=build/clients/$2 what=$3
    cmp -s "$pom" "$folder/.installed" && return
    echo "Installing $what into $folder"
    rm -rf "$folder"
    if mvn -q -B -f "$pom" dependency:copy-dependencies -DoutputDirectory="$PWD/$folder"; then
        cp "$pom" "$folder/.installed"
    else
        rm -rf "$folder"
        echo "$what cannot be had from the Maven repository: the tests that need them will be skipped" >&2
    fi
}

# The Python part of the client library: only its modules, as its installation would download the daemon again, from elsewhere.
install_client_library() {
    local source=tests/clients/multilang folder=build/clients/multilang-python
    install_java "$source/pom.xml" multilang "the MultiLangDaemon"
    cmp -s "$source/requirements.txt" "$folder/.installed" && return
    echo "Installing the Kinesis Client Library for Python into $folder"
    rm -rf "$folder"
    mkdir -p "$folder"
    build/clients/python/bin/pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: -d "$folder" -r "$source/requirements.txt"
    tar -xzf "$folder"/amazon_kclpy-*.tar.gz -C "$folder" --strip-components=1 --wildcards '*/amazon_kclpy'
    cp "$source/requirements.txt" "$folder/.installed"
}

# Clients for the tests.
install_python tests/clients/requirements.txt build/clients/python "Python test clients"
install_node tests/clients/javascript build/clients/node "JavaScript test clients"

install_java tests/clients/java/pom.xml java "Java test clients"
install_java tests/runtimes/java/pom.xml java-runtime "AWS's Java runtime"
[[ "$1" != --consumers ]] || install_client_library

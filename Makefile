# The two commands of a newcomer are `make demo` and `make test`. Everything else is in CMakePresets.json.

.DEFAULT_GOAL := build
JOBS := $(shell nproc)
# Tests of the whole program wait more than they work.
WORKERS := $(shell expr $(JOBS) + 1)
PRESET_BUILD = cmake --preset $(1) >build/$(1).log || { cat build/$(1).log; exit 1; }; ninja -C build/$(1) -j $(JOBS) $(2)

.PHONY: help build demo test unit-test wire-test lint headers tidy format bench bench-neighbours bench-storage bench-tools profile scale fuzz tsan simulation crash history consumers runtimes deployment-tools clean dependencies test-packages test-clients

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

build: dependencies ## the release binary, build/millrace
	@mkdir -p build
	@$(call PRESET_BUILD,release,millrace kinesis_to_sqs)
	@ln -sfn release/src/millrace build/millrace

demo: build ## runs the example pipeline on real records
	@/usr/bin/python3 scripts/demo.py

# The clients arrive while the rooms are compiled.
test: test-packages ## everything that must pass
	@scripts/install-dependencies.sh --clients & $(MAKE) --no-print-directory lint unit-test wire-test; status=$$?; wait; exit $$status

unit-test: test-packages ## the rooms' own tests, under the address and undefined behaviour sanitizers
	@mkdir -p build
	@$(call PRESET_BUILD,asan,all)
	@scripts/install-dependencies.sh --clients
	@ctest --preset asan

wire-test: test-clients ## the whole program under real clients, real functions and real kills, with the sanitizers on
	@mkdir -p build
	@$(call PRESET_BUILD,asan,millrace)
	@$(call PRESET_BUILD,release,kinesis_to_sqs)
	@MILLRACE_BINARY=$(CURDIR)/build/asan/src/millrace build/clients/python/bin/pytest -q -n $(WORKERS) --dist loadfile tests

lint: test-packages ## formatting, layering, headers that compile alone
	@mkdir -p build
	@scripts/lint.sh

headers: test-packages ## every header alone, without precompiled standard headers
	@mkdir -p build
	@$(call PRESET_BUILD,dev,check_headers)

tidy: test-packages ## clang-tidy over everything; CHANGED=1: over what differs from BASE (default main)
	@mkdir -p build
	@$(call PRESET_BUILD,dev,generate_apis)
	@/usr/bin/python3 tools/tidy.py build/dev $(if $(CHANGED),--base $(or $(BASE),main))

format: test-packages ## formats the C++ sources
	@scripts/lint.sh --fix

bench: build bench-tools ## figures beside the machine's limits and the last stored ones; BENCH_ARGUMENTS='--only kinesis', --store
	@build/clients/python/bin/python bench/run.py $(BENCH_ARGUMENTS)

bench-neighbours: build bench-tools ## the same loads on other servers; NEIGHBOUR_ARGUMENTS='--only millrace goaws'; writes docs/benchmarks.md
	@build/clients/python/bin/python bench/neighbours/run.py --docs docs/benchmarks.md $(NEIGHBOUR_ARGUMENTS)

profile: build bench-tools ## flame graphs of the server under each load, in build/profile; PROFILE_ARGUMENTS='--loads put_records'
	@build/clients/python/bin/python bench/profile/run.py $(PROFILE_ARGUMENTS)

# The load generator and the function that it calls.
bench-tools:
	@scripts/install-dependencies.sh --bench
	@$(call PRESET_BUILD,release,millrace_load bench_function kinesis_to_sqs)

bench-storage: build ## figures of the storage engine; BENCH_ARGUMENTS=--large: with 10 GB
	@$(call PRESET_BUILD,release,storage_figures raw_write)
	@/usr/bin/python3 bench/storage/run.py $(BENCH_ARGUMENTS)

scale: build ## figures of 100,000 queues, a million timers, ten million messages; SCALE_ARGUMENTS='--messages 3000000'
	@/usr/bin/python3 bench/scale.py $(SCALE_ARGUMENTS)

fuzz: test-packages ## every parser, FUZZ_SECONDS each (default 60)
	@mkdir -p build
	@$(call PRESET_BUILD,fuzz,fuzzers)
	@scripts/fuzz.sh $(or $(FUZZ_SECONDS),60)

tsan: test-packages ## unit tests under the thread sanitizer
	@mkdir -p build
	@$(call PRESET_BUILD,tsan,all)
	@scripts/install-dependencies.sh --clients
	@ctest --preset tsan

simulation: test-packages ## SEEDS runs of the storage engine on a simulated disk (default 1000000), on all cores
	@mkdir -p build
	@$(call PRESET_BUILD,dev,storage_simulation_test)
	@scripts/simulation.sh $(or $(SEEDS),1000000) $(JOBS)

crash: build test-clients ## KILLS kills under load (default 1000), and behind every frame that operations on stacks write
	@MILLRACE_KILLS=$(or $(KILLS),1000) build/clients/python/bin/pytest -q tests/crash

history: build test-clients ## what clients see of queues through KILLS kills (default 300) in SECONDS (default 900), proved
	@MILLRACE_SECONDS=$(or $(SECONDS),900) MILLRACE_KILLS=$(or $(KILLS),300) build/clients/python/bin/pytest -q -s tests/history

consumers: build test-clients ## the consumer and producer libraries of Kinesis, with what takes too long for make test
	@scripts/install-dependencies.sh --consumers
	@MILLRACE_CONSUMERS=1 build/clients/python/bin/pytest -q tests/clients/test_consumer_libraries.py

runtimes: build test-clients ## AWS's runtimes for Go, Rust, C++ and Node.js, besides those that make test runs
	@MILLRACE_RUNTIMES=1 build/clients/python/bin/pytest -q tests/runtimes

deployment-tools: build test-clients ## SAM CLI, AWS CDK and osls deploying to Millrace; make test does it too, once they are installed
	@scripts/install-dependencies.sh --deployment-tools
	@build/clients/python/bin/pytest -q -n $(WORKERS) tests/deployment

clean: ## removes what was built, not what was installed
	rm -rf build

dependencies:
	@scripts/install-dependencies.sh

test-packages:
	@scripts/install-dependencies.sh --tests

test-clients:
	@scripts/install-dependencies.sh --clients

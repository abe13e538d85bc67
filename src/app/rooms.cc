#include "app/rooms.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <utility>

#include "app/fault_requests.h"
#include "base/log.h"
#include "services/kinesis/failing_records.h"
#include "services/sqs/failing_entries.h"

namespace millrace::app {
namespace {

using Done = Rooms::Done;

constexpr Milliseconds kStackAnswerWithin{1'000};
/// What functions printed last gets this long at a clean end: their pipes must run dry, the disk must take
/// it.
constexpr Milliseconds kLastOutputWithin{3'000};

/// For services whose open() answers at once.
template <class T>
void keep(Result<std::unique_ptr<T>> opened, std::unique_ptr<T>& place, Done done) {
    if (!opened) return done(std::unexpected(opened.error()));
    place = std::move(*opened);
    done({});
}

/// For services that read their logs first.
template <class T>
auto keeping(std::unique_ptr<T>& place, Done done) {
    return [&place, done = std::move(done)](Result<std::unique_ptr<T>> opened) mutable {
        keep(std::move(opened), place, std::move(done));
    };
}

void open_journal(Rooms& rooms, Done done) {
    keep(storage::Journal::open({.directory = rooms.options.data_dir,
                                 .fsync = rooms.fsync,
                                 .files = rooms.files,
                                 .home = rooms.loop,
                                 .clock = rooms.clock}),
         rooms.journal, std::move(done));
}

void open_catalog(Rooms& rooms, Done done) {
    storage::LogCatalog::open(*rooms.journal, rooms.clock, keeping(rooms.catalog, std::move(done)));
}

void open_kinesis(Rooms& rooms, Done done) {
    keep(kinesis::Service::open(
             {rooms.loop, rooms.clock, *rooms.journal, *rooms.catalog, rooms.options.limits == "aws"}),
         rooms.kinesis, std::move(done));
}

void open_sqs(Rooms& rooms, Done done) {
    sqs::Service::open({rooms.loop, rooms.clock, rooms.random, *rooms.journal, *rooms.catalog,
                        rooms.options.limits == "aws"},
                       keeping(rooms.sqs, std::move(done)));
}

void open_logs(Rooms& rooms, Done done) {
    logs::Service::open({rooms.loop, rooms.clock, *rooms.journal, *rooms.catalog},
                        keeping(rooms.logs, std::move(done)));
}

void open_s3(Rooms& rooms, Done done) {
    keep(s3::Service::open({rooms.loop, rooms.background.executor(), rooms.clock, rooms.random,
                            *rooms.journal, *rooms.catalog}),
         rooms.s3, std::move(done));
}

void open_lambda(Rooms& rooms, Done done) {
    rooms.function_output = std::make_unique<FunctionOutput>(rooms.logs->log_sink());
    const char* path = std::getenv("PATH");
    lambda::Service::open({.home = rooms.loop,
                           .background = rooms.background.executor(),
                           .clock = rooms.clock,
                           .random = rooms.random,
                           .logs = *rooms.journal,
                           .catalog = *rooms.catalog,
                           .files = rooms.files,
                           .log_sink = *rooms.function_output,
                           .records = rooms.kinesis->record_source(),
                           .queues = rooms.sqs->message_queues(),
                           .objects = rooms.s3->object_source(),
                           .object_sink = rooms.s3->object_sink(),
                           .metrics = rooms.metrics.metric_sink(),
                           .host = rooms.lambda_host,
                           .data_directory = rooms.options.data_dir,
                           .endpoint_url = rooms.options.local_endpoint,
                           .search_path = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path,
                           .debug_port = rooms.options.debug_port,
                           .private_tmp = rooms.options.private_tmp},
                          keeping(rooms.lambda, std::move(done)));
}

void open_backups(Rooms& rooms, Done done) {
    rooms.backups = std::make_unique<Backups>(Backups::Options{
        .files = rooms.files,
        .home = rooms.loop,
        .background = rooms.background.executor(),
        .clock = rooms.clock,
        .random = rooms.random,
        .data_dir = std::filesystem::absolute(rooms.options.data_dir).lexically_normal().string(),
        // Packages second: a function that the journal tells of has its package there by then.
        .parts = {[&rooms](auto directory, auto taken) {
                      rooms.journal->snapshot(std::move(directory), std::move(taken));
                  },
                  [&rooms](auto directory, auto taken) {
                      rooms.lambda->snapshot(std::move(directory), std::move(taken));
                  }}});
    done({});
}

void open_iam(Rooms& rooms, Done done) {
    keep(iam::Service::open({rooms.clock, rooms.random, *rooms.catalog}), rooms.iam, std::move(done));
}

void open_ssm(Rooms& rooms, Done done) {
    keep(ssm::Service::open({rooms.clock, *rooms.catalog}), rooms.ssm, std::move(done));
}

void open_ecr(Rooms& rooms, Done done) {
    keep(ecr::Service::open({rooms.clock, *rooms.catalog}), rooms.ecr, std::move(done));
}

void open_cloudformation(Rooms& rooms, Done done) {
    keep(cloudformation::Service::open(
             {.home = rooms.loop,
              .clock = rooms.clock,
              .random = rooms.random,
              .catalog = *rooms.catalog,
              .providers = {&rooms.kinesis->resource_provider(), &rooms.sqs->resource_provider(),
                            &rooms.lambda->resource_provider(), &rooms.iam->resource_provider(),
                            &rooms.logs->resource_provider(), &rooms.s3->resource_provider(),
                            &rooms.ssm->resource_provider(), &rooms.ecr->resource_provider()},
              .functions = rooms.lambda->function_events(),
              .objects = rooms.s3->object_source(),
              .parameters = rooms.ssm->parameter_source(),
              .callback_url = rooms.options.local_endpoint + "/_millrace/cloudformation/",
              .allow_unknown_types = rooms.options.allow_unknown_types,
              .answer_within = kStackAnswerWithin}),
         rooms.cloudformation, std::move(done));
}

void open_faults(Rooms& rooms, Done done) {
    kinesis::describe_to(rooms.faults);
    sqs::describe_to(rooms.faults);
    const auto rules = parse_faults(rooms.options.faults);
    if (!rules) return done(std::unexpected(rules.error()));
    if (auto set = rooms.faults.replace(*rules); !set) return done(set);
    for (const aws::ActiveFault& fault : rooms.faults.active())
        log(LogLevel::kWarn, "calls fail on purpose", {{"fault", aws::to_string(fault.rule)}});
    done({});
}

void open_gateway(Rooms& rooms, Done done) {
    rooms.kinesis->register_operations(rooms.registry);
    rooms.sqs->register_operations(rooms.registry);
    rooms.lambda->register_operations(rooms.registry);
    rooms.cloudformation->register_operations(rooms.registry);
    rooms.logs->register_operations(rooms.registry);
    rooms.iam->register_operations(rooms.registry);
    rooms.s3->register_operations(rooms.registry);
    rooms.ssm->register_operations(rooms.registry);
    rooms.ecr->register_operations(rooms.registry);
    rooms.sts.register_operations(rooms.registry);
    rooms.metrics.register_operations(rooms.registry);
    rooms.gateway = std::make_unique<aws::Gateway>(
        rooms.registry, rooms.loop, rooms.clock, rooms.random,
        aws::GatewayOptions{.default_account = rooms.options.account,
                            .default_region = rooms.options.region,
                            .default_host = fmt::format("localhost:{}", rooms.options.port),
                            .faults = &rooms.faults});
    rooms.lambda->start();
    done({});
}

constexpr std::array<Rooms::Step, 14> kSteps{
    open_journal, open_catalog, open_kinesis, open_sqs, open_logs,           open_s3,      open_lambda,
    open_backups, open_iam,     open_ssm,     open_ecr, open_cloudformation, open_gateway, open_faults};

}  // namespace

std::span<const Rooms::Step> Rooms::steps() {
    return kSteps;
}

void Rooms::reset(Done done) {
    cloudformation->reset();
    lambda->reset();
    kinesis->reset();
    sqs->reset();
    logs->reset();
    iam->reset();
    s3->reset();
    ssm->reset();
    ecr->reset();
    metrics.reset();
    journal->clear(std::move(done));
    catalog->clear();
}

void Rooms::shutdown(Task done) {
    const auto once = std::make_shared<Task>([this, done = std::move(done)]() mutable {
        // What would hold the server up: long polls, and streams of records.
        sqs->end_waits();
        kinesis->end_subscriptions();
        done();
    });
    const auto end = [once] {
        if (Task task = std::exchange(*once, {})) task();
    };
    const TimerId limit = loop.run_after(kLastOutputWithin, [end] {
        log(LogLevel::kWarn, "ending though the last output of functions is not all in their log groups");
        end();
    });
    lambda->shutdown([this, end, limit] {
        logs->flush_output_then([this, end, limit] {
            loop.cancel(limit);
            end();
        });
    });
}

}  // namespace millrace::app

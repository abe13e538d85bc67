#include "app/rooms.h"

#include <array>
#include <fmt/format.h>
#include <utility>

namespace millrace::app {
namespace {

using Done = Rooms::Done;

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
    keep(kinesis::Service::open({rooms.loop, rooms.clock, *rooms.journal, *rooms.catalog}), rooms.kinesis,
         std::move(done));
}

void open_gateway(Rooms& rooms, Done done) {
    rooms.kinesis->register_operations(rooms.registry);
    rooms.gateway = std::make_unique<aws::Gateway>(
        rooms.registry, rooms.loop, rooms.clock, rooms.random,
        aws::GatewayOptions{.default_account = rooms.options.account,
                            .default_region = rooms.options.region,
                            .default_host = fmt::format("localhost:{}", rooms.options.port)});
    done({});
}

constexpr std::array<Rooms::Step, 4> kSteps{open_journal, open_catalog, open_kinesis, open_gateway};

}  // namespace

std::span<const Rooms::Step> Rooms::steps() {
    return kSteps;
}

void Rooms::reset(Done done) {
    kinesis->reset();
    journal->clear(std::move(done));
    catalog->clear();
}

void Rooms::shutdown(Task done) {
    loop.post(std::move(done));
}

}  // namespace millrace::app

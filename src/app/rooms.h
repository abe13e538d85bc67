#pragma once

#include <functional>
#include <memory>
#include <span>

#include "app/house.h"
#include "aws/gateway.h"
#include "aws/registry.h"
#include "files/posix_file_system.h"
#include "services/kinesis/service.h"
#include "storage/catalog/log_catalog.h"
#include "storage/journal/journal.h"

namespace millrace::app {

/// Everything that lives as long as the program, in the order it is built; it goes in the reverse order.
struct Rooms {
    using Done = std::move_only_function<void(Result<>)>;
    /// Opens one room; what it needs is open already.
    using Step = void (*)(Rooms&, Done);

    Rooms(net::Loop& event_loop, HouseOptions house_options, storage::FsyncMode mode)
        : loop(event_loop), options(std::move(house_options)), fsync(mode) {}

    [[nodiscard]] static std::span<const Step> steps();
    void reset(Done done);
    void shutdown(Task done);

    net::Loop& loop;
    HouseOptions options;
    storage::FsyncMode fsync;
    SystemClock clock;
    SystemRandom random;
    files::PosixFileSystem files;
    std::unique_ptr<storage::Journal> journal;
    std::unique_ptr<storage::LogCatalog> catalog;
    std::unique_ptr<kinesis::Service> kinesis;
    aws::Registry registry;
    std::unique_ptr<aws::Gateway> gateway;
};

}  // namespace millrace::app

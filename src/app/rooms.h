#pragma once

#include <functional>
#include <memory>
#include <span>

#include "app/background.h"
#include "app/backups.h"
#include "app/function_output.h"
#include "app/house.h"
#include "aws/faults/faults.h"
#include "aws/gateway.h"
#include "aws/registry.h"
#include "files/posix_file_system.h"
#include "services/cloudformation/service.h"
#include "services/ecr/service.h"
#include "services/iam/service.h"
#include "services/kinesis/service.h"
#include "services/lambda/execution/system_host.h"
#include "services/lambda/service.h"
#include "services/logs/service.h"
#include "services/metrics/service.h"
#include "services/s3/service.h"
#include "services/sqs/service.h"
#include "services/ssm/service.h"
#include "services/sts/service.h"
#include "storage/catalog/log_catalog.h"
#include "storage/journal/journal.h"

namespace millrace::app {

/// Everything that lives as long as the program, in the order it is built; it goes in the reverse order.
struct Rooms {
    using Done = std::move_only_function<void(Result<>)>;
    /// Opens one room; what it needs is open already.
    using Step = void (*)(Rooms&, Done);

    Rooms(net::Loop& event_loop, HouseOptions house_options, storage::FsyncMode mode)
        : loop(event_loop), options(std::move(house_options)), fsync(mode), lambda_host(event_loop) {}

    [[nodiscard]] static std::span<const Step> steps();
    void reset(Done done);
    void shutdown(Task done);

    net::Loop& loop;
    HouseOptions options;
    storage::FsyncMode fsync;
    SystemClock clock;
    SystemRandom random;
    files::PosixFileSystem files;
    Background background;
    lambda::SystemHost lambda_host;

    std::unique_ptr<storage::Journal> journal;
    std::unique_ptr<storage::LogCatalog> catalog;
    std::unique_ptr<kinesis::Service> kinesis;
    std::unique_ptr<sqs::Service> sqs;
    std::unique_ptr<logs::Service> logs;
    std::unique_ptr<s3::Service> s3;
    std::unique_ptr<FunctionOutput> function_output;
    metrics::Service metrics{clock};
    std::unique_ptr<lambda::Service> lambda;
    std::unique_ptr<Backups> backups;
    std::unique_ptr<iam::Service> iam;
    std::unique_ptr<ssm::Service> ssm;
    std::unique_ptr<ecr::Service> ecr;
    std::unique_ptr<cloudformation::Service> cloudformation;
    sts::Service sts{{clock, random}};
    aws::Registry registry;
    aws::Faults faults{registry};
    std::unique_ptr<aws::Gateway> gateway;
};

}  // namespace millrace::app

#include "services/logs/service.h"

#include <utility>

#include "aws/registry.h"
#include "services/logs/function_output.h"
#include "services/logs/group_provider.h"
#include "services/logs/groups.h"
#include "services/logs/limits.h"
#include "services/logs/ops/operations.h"

namespace millrace::logs {
namespace {

/// Lets retention take its effect on disk; readers do not see expired events in any case.
class RetentionSweep {
  public:
    explicit RetentionSweep(Groups& groups) : groups_(groups) { schedule(); }
    RetentionSweep(const RetentionSweep&) = delete;
    RetentionSweep& operator=(const RetentionSweep&) = delete;
    ~RetentionSweep() { groups_.home().cancel(timer_); }

  private:
    void schedule() {
        timer_ = groups_.home().run_at(groups_.clock().monotonic() + kRetentionSweepPeriod, [this] {
            groups_.trim_expired();
            schedule();
        });
    }

    Groups& groups_;
    TimerId timer_;
};

}  // namespace

struct Service::Parts {
    explicit Parts(Dependencies dependencies) : groups(dependencies) {}

    Groups groups;
    FunctionOutput writer{groups};
    GroupProvider provider{groups};
    RetentionSweep sweep{groups};
};

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Service::~Service() = default;

void Service::open(Dependencies dependencies, Opened opened) {
    auto parts = std::make_unique<Parts>(dependencies);
    Groups& groups = parts->groups;
    groups.load([parts = std::move(parts), opened = std::move(opened)](Result<> loaded) mutable {
        if (!loaded) return opened(std::unexpected(std::move(loaded.error())));
        parts->groups.trim_expired();
        opened(std::unique_ptr<Service>(new Service(std::move(parts))));
    });
}

void Service::register_operations(aws::Registry& registry) {
    auto& groups = parts_->groups;
    registry.add<api::logs::CreateLogGroup>(groups, create_log_group);
    registry.add<api::logs::CreateLogStream>(groups, create_log_stream);
    registry.add<api::logs::DeleteLogGroup>(groups, delete_log_group);
    registry.add<api::logs::DeleteLogStream>(groups, delete_log_stream);
    registry.add<api::logs::DeleteRetentionPolicy>(groups, delete_retention_policy);
    registry.add<api::logs::DescribeLogGroups>(groups, describe_log_groups);
    registry.add<api::logs::DescribeLogStreams>(groups, describe_log_streams);
    registry.add<api::logs::FilterLogEvents>(groups, filter_log_events);
    registry.add<api::logs::GetLogEvents>(groups, get_log_events);
    registry.add<api::logs::ListTagsForResource>(groups, list_tags_for_resource);
    registry.add<api::logs::PutLogEvents>(groups, put_log_events);
    registry.add<api::logs::PutLogGroupDeletionProtection>(groups, put_log_group_deletion_protection);
    registry.add<api::logs::PutRetentionPolicy>(groups, put_retention_policy);
    registry.add<api::logs::TagResource>(groups, tag_resource);
    registry.add<api::logs::UntagResource>(groups, untag_resource);
}

ports::LogSink& Service::log_sink() {
    return parts_->writer;
}
void Service::flush_output_then(Task done) {
    parts_->writer.flush_then(std::move(done));
}
ports::ResourceProvider& Service::resource_provider() {
    return parts_->provider;
}

void Service::reset() {
    parts_->writer.reset();
    parts_->groups.reset();
}

}  // namespace millrace::logs

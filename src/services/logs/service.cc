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
    const auto add = [&]<class Op>(void (*operation)(Groups&, const aws::RequestContext&, typename Op::Input,
                                                     aws::Reply<Op>)) {
        registry.add<Op>([&groups = parts_->groups, operation](const aws::RequestContext& context,
                                                               typename Op::Input input,
                                                               aws::Reply<Op> reply) {
            operation(groups, context, std::move(input), std::move(reply));
        });
    };
    add.operator()<api::logs::CreateLogGroup>(create_log_group);
    add.operator()<api::logs::CreateLogStream>(create_log_stream);
    add.operator()<api::logs::DeleteLogGroup>(delete_log_group);
    add.operator()<api::logs::DeleteLogStream>(delete_log_stream);
    add.operator()<api::logs::DeleteRetentionPolicy>(delete_retention_policy);
    add.operator()<api::logs::DescribeLogGroups>(describe_log_groups);
    add.operator()<api::logs::DescribeLogStreams>(describe_log_streams);
    add.operator()<api::logs::FilterLogEvents>(filter_log_events);
    add.operator()<api::logs::GetLogEvents>(get_log_events);
    add.operator()<api::logs::ListTagsForResource>(list_tags_for_resource);
    add.operator()<api::logs::PutLogEvents>(put_log_events);
    add.operator()<api::logs::PutLogGroupDeletionProtection>(put_log_group_deletion_protection);
    add.operator()<api::logs::PutRetentionPolicy>(put_retention_policy);
    add.operator()<api::logs::TagResource>(tag_resource);
    add.operator()<api::logs::UntagResource>(untag_resource);
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

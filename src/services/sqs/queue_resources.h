#pragma once

#include "ports/resource_provider.h"
#include "services/sqs/queues.h"

namespace millrace::sqs {

/// SQS in templates. AWS::SQS::Queue: Ref is the URL; GetAtt Arn, QueueName, QueueUrl. AWS::SQS::QueuePolicy
/// and AWS::SQS::QueueInlinePolicy set the Policy attribute of queues that exist, and take it away again.
class QueueResources final : public ports::ResourceProvider {
  public:
    explicit QueueResources(Queues& queues) : queues_(queues) {}

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    [[nodiscard]] std::string find_unanswered(const ports::ResourceRequest& request) const override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;

    void read(ports::ResourceRequest request, std::string physical_id, ports::ResourceRead done) override;

  private:
    void create_queue_resource(ports::ResourceRequest request, ports::ResourceDone done);
    void update_queue_resource(ports::ResourceRequest request, std::string url, ports::ResourceDone done);
    void remove_queue_resource(const ports::ResourceRequest& request, const std::string& url,
                               ports::ResourceRemoved done);

    Queues& queues_;
};

}  // namespace millrace::sqs

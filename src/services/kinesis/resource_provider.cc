#include "services/kinesis/resource_provider.h"

#include <string_view>
#include <utility>

#include "services/kinesis/consumer_resource.h"
#include "services/kinesis/policy_resource.h"
#include "services/kinesis/stream_resource.h"

namespace millrace::kinesis {
namespace {

constexpr std::string_view kStreamType = "AWS::Kinesis::Stream";
constexpr std::string_view kConsumerType = "AWS::Kinesis::StreamConsumer";

}  // namespace

std::vector<ports::ResourceTypeModel> KinesisResources::resource_types() const {
    return {stream_model(), consumer_model(), policy_model()};
}

void KinesisResources::create(ports::ResourceRequest request, ports::ResourceDone done) {
    if (request.type == kStreamType) return create_stream_resource(*streams_, request, std::move(done));
    if (request.type == kConsumerType) return create_consumer_resource(*streams_, request, std::move(done));
    put_policy_resource(*streams_, request, std::move(done));
}

void KinesisResources::update(ports::ResourceRequest request, std::string physical_id,
                              boost::json::object previous, ports::ResourceDone done) {
    if (request.type == kStreamType)
        return update_stream_resource(*streams_, request, physical_id, previous, std::move(done));
    if (request.type == kConsumerType)
        return update_consumer_resource(*streams_, request, physical_id, std::move(done));
    put_policy_resource(*streams_, request, std::move(done));
}

void KinesisResources::remove(ports::ResourceRequest request, std::string physical_id,
                              ports::ResourceRemoved done) {
    if (request.type == kStreamType)
        return remove_stream_resource(*streams_, request, physical_id, std::move(done));
    if (request.type == kConsumerType)
        return remove_consumer_resource(*streams_, request, physical_id, std::move(done));
    remove_policy_resource(*streams_, request, std::move(done));
}

std::string KinesisResources::find_unanswered(const ports::ResourceRequest& request) const {
    if (request.type == kConsumerType) return find_unanswered_consumer(*streams_, request);
    if (request.type != kStreamType) return request.generated_name;
    std::string name = ports::name_in(request, "Name");
    const Stream* stream = streams_->state().find(request.context.scope, name);
    return stream != nullptr && ports::made_since(stream->created, request) ? name : std::string();
}

void KinesisResources::read(ports::ResourceRequest request, std::string physical_id,
                            ports::ResourceRead done) {
    done(live_stream(*streams_, request.context.scope, physical_id));
}

}  // namespace millrace::kinesis

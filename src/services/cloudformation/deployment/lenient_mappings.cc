#include "services/cloudformation/deployment/lenient_mappings.h"

#include <utility>

namespace millrace::cloudformation {

void LenientMappings::create(ports::ResourceRequest request, ports::ResourceDone done) {
    maker_of(request).create(std::move(request), std::move(done));
}

void LenientMappings::update(ports::ResourceRequest request, std::string physical_id,
                             boost::json::object previous, ports::ResourceDone done) {
    maker_of(request).update(std::move(request), std::move(physical_id), std::move(previous),
                             std::move(done));
}

void LenientMappings::remove(ports::ResourceRequest request, std::string physical_id,
                             ports::ResourceRemoved done) {
    maker_of(request).remove(std::move(request), std::move(physical_id), std::move(done));
}

std::string LenientMappings::find_unanswered(const ports::ResourceRequest& request) const {
    return maker_of(request).find_unanswered(request);
}

void LenientMappings::read(ports::ResourceRequest request, std::string physical_id,
                           ports::ResourceRead done) {
    maker_of(request).read(std::move(request), std::move(physical_id), std::move(done));
}

ports::ResourceProvider& LenientMappings::maker_of(const ports::ResourceRequest& request) const {
    const std::string source = ports::text_in(request, "EventSourceArn", "");
    const bool polled = source.contains(":kinesis:") || source.contains(":sqs:");
    const bool elsewhere = request.properties.contains("SelfManagedEventSource");
    return elsewhere || (source.starts_with("arn:") && !polled) ? unknown_ : offered_;
}

}  // namespace millrace::cloudformation

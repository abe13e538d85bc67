#pragma once

#include <string>

#include "ports/resource_provider.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

// AWS::Kinesis::Stream. The physical id is the stream's name.
[[nodiscard]] ports::ResourceTypeModel stream_model();
void create_stream_resource(Streams& streams, const ports::ResourceRequest& request,
                            ports::ResourceDone done);
void update_stream_resource(Streams& streams, const ports::ResourceRequest& request, const std::string& name,
                            const boost::json::object& previous, ports::ResourceDone done);
void remove_stream_resource(Streams& streams, const ports::ResourceRequest& request, const std::string& name,
                            ports::ResourceRemoved done);

/// What ports::ResourceProvider::read() tells of a stream; nullopt when it is gone.
[[nodiscard]] std::optional<boost::json::object> live_stream(const Streams& streams, const aws::Scope& scope,
                                                             const std::string& name);

}  // namespace millrace::kinesis

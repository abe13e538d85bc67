#pragma once

#include "ports/resource_provider.h"
#include "services/logs/groups.h"

namespace millrace::logs {

// AWS::Logs::LogStream. The physical id is the stream's name; a change replaces it.
inline constexpr std::string_view kStreamType = "AWS::Logs::LogStream";
[[nodiscard]] ports::ResourceTypeModel stream_model();
void create_stream_resource(Groups& groups, const ports::ResourceRequest& request, ports::ResourceDone done);
[[nodiscard]] std::string find_unanswered_stream(Groups& groups, const ports::ResourceRequest& request);
/// A stream whose group is gone counts as removed.
void remove_stream_resource(Groups& groups, const ports::ResourceRequest& request, std::string name,
                            ports::ResourceRemoved done);

}  // namespace millrace::logs

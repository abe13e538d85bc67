#include "services/logs/stream_resource.h"

#include <utility>

#include "api/logs.h"
#include "ports/property_types.h"
#include "services/logs/errors.h"

namespace millrace::logs {
namespace {

constexpr std::size_t kStreamNameMax = 512;

/// Empty when the property is absent or no text.
std::string text_property(const boost::json::object& properties, std::string_view name) {
    const auto* value = properties.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{std::string_view{value->get_string()}} : "";
}

}  // namespace

ports::ResourceTypeModel stream_model() {
    using Update = ports::PropertyModel::Update;
    return ports::with_types(
        {.type = std::string{kStreamType},
         .properties = {{.name = "LogGroupName", .required = true, .update = Update::kReplacement},
                        {.name = "LogStreamName", .update = Update::kReplacement}},
         .attributes = {}},
        "LogGroupName LogStreamName");
}

void create_stream_resource(Groups& groups, const ports::ResourceRequest& request, ports::ResourceDone done) {
    std::string name = request.properties.contains("LogStreamName")
                           ? text_property(request.properties, "LogStreamName")
                           : request.generated_name;
    if (name.empty() || name.size() > kStreamNameMax || name.find_first_of(":*") != std::string::npos) {
        return done(std::unexpected(api::logs::invalid_parameter_exception(
            "LogStreamName must be a text of 1 to 512 characters without ':' and '*'.")));
    }
    StreamKey key{request.context.scope, text_property(request.properties, "LogGroupName"), name};
    groups.create_stream(std::move(key),
                         [name = std::move(name), done = std::move(done)](aws::Outcome<void> made) mutable {
                             if (!made) return done(std::unexpected(std::move(made.error())));
                             done(ports::Resource{std::move(name), {}});
                         });
}

std::string find_unanswered_stream(Groups& groups, const ports::ResourceRequest& request) {
    std::string name = ports::name_in(request, "LogStreamName");
    const LogStream* stream = groups.state().find_stream(
        {request.context.scope, text_property(request.properties, "LogGroupName"), name});
    return stream != nullptr && ports::made_since(stream->created, request) ? name : std::string();
}

void remove_stream_resource(Groups& groups, const ports::ResourceRequest& request, std::string name,
                            ports::ResourceRemoved done) {
    groups.delete_stream(
        {request.context.scope, text_property(request.properties, "LogGroupName"), std::move(name)},
        [done = std::move(done)](aws::Outcome<void> outcome) mutable {
            if (!outcome && outcome.error().code == stream_not_found().code) outcome = {};
            done(std::move(outcome));
        });
}

}  // namespace millrace::logs

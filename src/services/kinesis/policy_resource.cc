#include "services/kinesis/policy_resource.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "ports/property_types.h"
#include "services/kinesis/ops/resource.h"
#include "services/kinesis/property_values.h"
#include "services/kinesis/resource_policy.h"

namespace millrace::kinesis {
namespace {

void set_policy(Streams& streams, const ports::ResourceRequest& request, const std::string& arn,
                std::optional<std::string> policy, Streams::Done done) {
    change_resource(
        streams, request.context.scope, {.arn = arn},
        [&](const ResourceSettings& resource) -> aws::Outcome<void> {
            resource.policy = std::move(policy);
            return {};
        },
        std::move(done));
}

}  // namespace

ports::ResourceTypeModel policy_model() {
    using Update = ports::PropertyModel::Update;
    return ports::with_types(
        {.type = "AWS::Kinesis::ResourcePolicy",
         .properties = {{.name = "ResourceArn", .required = true, .update = Update::kReplacement},
                        {.name = "ResourcePolicy", .required = true}}},
        "ResourceArn ResourcePolicy:json");
}

void put_policy_resource(Streams& streams, const ports::ResourceRequest& request, ports::ResourceDone done) {
    auto arn = read_text(request.properties, "ResourceArn");
    if (!arn) return done(std::unexpected(std::move(arn.error())));
    const boost::json::value* document = request.properties.if_contains("ResourcePolicy");
    if (document == nullptr || !document->is_object())
        return done(invalid("ResourcePolicy", "must be a policy document"));
    std::string policy = boost::json::serialize(*document);
    if (auto checked = check_policy(policy); !checked)
        return done(std::unexpected(std::move(checked.error())));
    set_policy(streams, request, *arn, std::move(policy),
               [arn = *arn, done = std::move(done)](aws::Outcome<void> outcome) mutable {
                   if (!outcome) return done(std::unexpected(std::move(outcome.error())));
                   done(ports::Resource{.physical_id = std::move(arn)});
               });
}

void remove_policy_resource(Streams& streams, const ports::ResourceRequest& request,
                            ports::ResourceRemoved done) {
    const auto arn = read_text(request.properties, "ResourceArn");
    if (!arn || !resolve_resource(streams, request.context.scope, {.arn = *arn})) return done({});
    set_policy(streams, request, *arn, std::nullopt, std::move(done));
}

}  // namespace millrace::kinesis

#include "services/sqs/redrive_policy.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "base/number.h"
#include "codec/json.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"

namespace millrace::sqs {
namespace {

constexpr std::size_t kSourceArnsMax = 10;

std::unexpected<aws::ServiceError> invalid(std::string_view parameter, const std::string& text,
                                           std::string_view reason) {
    return std::unexpected(invalid_parameter(text, parameter, reason));
}

/// AWS takes the number as a number and as a string.
std::optional<std::int64_t> as_integer(const codec::Json& value) {
    if (const auto* number = value.if_int64()) return *number;
    const auto* text = value.if_string();
    if (text == nullptr) return std::nullopt;
    return parse_number<std::int64_t>(*text);
}

std::string_view to_string(RedriveAllowPolicy::Permission permission) {
    switch (permission) {
        case RedriveAllowPolicy::Permission::kAllowAll:
            return "allowAll";
        case RedriveAllowPolicy::Permission::kDenyAll:
            return "denyAll";
        case RedriveAllowPolicy::Permission::kByQueue:
            break;
    }
    return "byQueue";
}

}  // namespace

bool RedriveAllowPolicy::allows(std::string_view source_arn) const {
    if (permission == Permission::kByQueue)
        return std::ranges::find(source_arns, source_arn) != source_arns.end();
    return permission == Permission::kAllowAll;
}

std::string to_json(const RedrivePolicy& policy) {
    return codec::to_json(codec::JsonObject{{"deadLetterTargetArn", policy.target_arn},
                                            {"maxReceiveCount", policy.receives_max}});
}

std::string to_json(const RedriveAllowPolicy& policy) {
    codec::JsonObject object{{"redrivePermission", to_string(policy.permission)}};
    if (policy.permission == RedriveAllowPolicy::Permission::kByQueue)
        object["sourceQueueArns"] = codec::JsonArray(policy.source_arns.begin(), policy.source_arns.end());
    return codec::to_json(object);
}

aws::Outcome<RedrivePolicy> parse_redrive_policy(const std::string& text) {
    const auto refuse = [&](std::string_view reason) { return invalid("RedrivePolicy", text, reason); };
    const auto document = codec::parse_json(text);
    if (!document || !document->is_object()) return refuse("Redrive policy is not a valid JSON map.");
    const codec::JsonObject& policy = document->get_object();

    const codec::Json* target = policy.if_contains("deadLetterTargetArn");
    if (target == nullptr) {
        return refuse("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
    }
    const codec::Json* receives = policy.if_contains("maxReceiveCount");
    if (receives == nullptr) {
        return refuse("Redrive policy does not contain mandatory attribute: maxReceiveCount.");
    }
    for (const auto& [name, value] : policy) {
        if (name != "deadLetterTargetArn" && name != "maxReceiveCount") {
            return refuse(fmt::format("Redrive policy contains unknown attribute: {}.",
                                      std::string_view(name.data(), name.size())));
        }
    }
    if (!target->is_string()) return refuse("Invalid value for deadLetterTargetArn.");
    const auto count = as_integer(*receives);
    if (!count || *count < 1 || *count > kRedriveReceivesMax) {
        return refuse(fmt::format(
            "Invalid value for maxReceiveCount: {}, valid values are from 1 to {} both inclusive.",
            codec::to_json(*receives), kRedriveReceivesMax));
    }
    return RedrivePolicy{std::string(target->get_string()), static_cast<std::uint32_t>(*count)};
}

aws::Outcome<RedriveAllowPolicy> parse_redrive_allow_policy(const std::string& text) {
    using Permission = RedriveAllowPolicy::Permission;
    const auto refuse = [&](std::string_view reason) { return invalid("RedriveAllowPolicy", text, reason); };
    const auto document = codec::parse_json(text);
    if (!document || !document->is_object()) return refuse("Redrive allow policy is not a valid JSON map.");
    const codec::JsonObject& object = document->get_object();

    RedriveAllowPolicy policy;
    const codec::Json* permission = object.if_contains("redrivePermission");
    const auto* word = permission == nullptr ? nullptr : permission->if_string();
    if (word == nullptr) {
        return refuse("Redrive allow policy does not contain mandatory attribute: redrivePermission.");
    }
    if (*word == "denyAll") {
        policy.permission = Permission::kDenyAll;
    } else if (*word == "byQueue") {
        policy.permission = Permission::kByQueue;
    } else if (*word != "allowAll") {
        return refuse(
            "Amazon SQS can't create the redrive allow policy. Check the value of redrivePermission.");
    }

    const codec::Json* sources = object.if_contains("sourceQueueArns");
    if ((sources != nullptr) != (policy.permission == Permission::kByQueue)) {
        return refuse("sourceQueueArns must be given when redrivePermission is byQueue, and only then.");
    }
    if (sources == nullptr) return policy;
    const auto* list = sources->if_array();
    if (list == nullptr || list->empty() || list->size() > kSourceArnsMax) {
        return refuse("sourceQueueArns must be a list of 1 to 10 queue ARNs.");
    }
    for (const codec::Json& source : *list) {
        if (!source.is_string()) return refuse("sourceQueueArns must be a list of 1 to 10 queue ARNs.");
        policy.source_arns.emplace_back(source.get_string());
    }
    return policy;
}

}  // namespace millrace::sqs

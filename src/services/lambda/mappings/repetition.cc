#include "services/lambda/mappings/repetition.h"

#include <fmt/format.h>

namespace millrace::lambda {

namespace {

constexpr std::string_view kUsualEndpoint = "http://127.0.0.1:4566";
constexpr std::string_view kUsualAccount = "000000000000";

}  // namespace

std::string command_to_repeat(const Mapping& mapping, std::string_view shard_id,
                              std::span<const ports::SourceRecord> records, std::string_view endpoint_url) {
    const std::string_view source =
        std::string_view(mapping.source_arn).substr(mapping.source_arn.find('/') + 1);
    std::string command;
    if (mapping.scope.account != kUsualAccount)
        command = fmt::format("AWS_ACCESS_KEY_ID={} AWS_SECRET_ACCESS_KEY=any ", mapping.scope.account);
    command += fmt::format("millrace invoke {} --region {}", mapping.function, mapping.scope.region);
    if (endpoint_url != kUsualEndpoint) command += fmt::format(" --endpoint-url {}", endpoint_url);
    const auto add_place = [&](const ports::SourceRecord& record) {
        command += fmt::format(" --event-from {}/{}/{}", source, shard_id, record.sequence_number);
    };
    const std::uint64_t reach = records.back().cursor.value() - records.front().cursor.value() + 1;
    if (reach != records.size() && records.size() <= kRepeatedPlacesMax) {
        for (const ports::SourceRecord& record : records) add_place(record);
        return command;
    }
    add_place(records.front());
    if (reach > 1) command += fmt::format(" --count {}", reach);
    return command;
}

}  // namespace millrace::lambda

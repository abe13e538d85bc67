#include "services/lambda/mappings/repetition.h"

#include <fmt/format.h>

namespace millrace::lambda {

std::string command_to_repeat(const Mapping& mapping, std::string_view shard_id,
                              std::span<const ports::SourceRecord> records) {
    const std::string_view source =
        std::string_view(mapping.source_arn).substr(mapping.source_arn.find('/') + 1);
    std::string command = fmt::format("millrace invoke {}", mapping.function);
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

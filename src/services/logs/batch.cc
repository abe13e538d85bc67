#include "services/logs/batch.h"

#include "services/logs/limits.h"
#include "storage/binary.h"

namespace millrace::logs {
namespace {

constexpr std::uint8_t kVersion = 1;

std::unexpected<Error> damaged() {
    return fail(ErrorCode::kCorruption, "a stored batch of log events cannot be read");
}

}  // namespace

std::size_t counted_bytes(std::string_view message) {
    return message.size() + kEventOverheadBytes;
}

void append_batch(std::string& out, const BatchHeader& header, std::span<const LogEvent> events) {
    storage::put(out, kVersion);
    storage::put(out, to_millis(header.ingestion));
    storage::put(out, to_millis(header.first_event));
    storage::put(out, header.bytes_before);
    storage::put(out, static_cast<std::uint32_t>(events.size()));
    for (const LogEvent& event : events) {
        storage::put(out, to_millis(event.timestamp));
        storage::put_text(out, event.message);
    }
}

Result<Batch> decode_batch(std::string_view bytes) {
    storage::BinaryReader reader{bytes};
    const auto version = reader.take<std::uint8_t>();
    const auto ingestion = reader.take<std::int64_t>();
    const auto first_event = reader.take<std::int64_t>();
    const auto bytes_before = reader.take<std::uint64_t>();
    const auto count = reader.take<std::uint32_t>();
    if (version != kVersion || !ingestion || !first_event || !bytes_before || !count || *count == 0)
        return damaged();
    Batch batch{{from_millis(*ingestion), from_millis(*first_event), *bytes_before}, {}, 0};
    for (std::uint32_t i = 0; i < *count; ++i) {
        const auto timestamp = reader.take<std::int64_t>();
        const auto message = reader.take_text();
        if (!timestamp || !message) return damaged();
        batch.events.push_back({from_millis(*timestamp), *message});
        batch.bytes += counted_bytes(*message);
    }
    if (!reader.rest().empty()) return damaged();
    return batch;
}

}  // namespace millrace::logs

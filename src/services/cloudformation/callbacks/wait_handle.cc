#include "services/cloudformation/callbacks/wait_handle.h"

#include <fmt/format.h>

#include "codec/json.h"
#include "services/cloudformation/state/json_fields.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

template <class Archive>
void fields(Archive& archive, WaitSignal& signal) {
    archive("UniqueId", signal.unique_id);
    archive("Success", signal.success);
    archive("Data", signal.data);
    archive("Reason", signal.reason);
}

namespace {

struct Record {
    WaitHandle handle;
    std::vector<WaitSignal> signals;
};

template <class Archive>
void fields(Archive& archive, Record& record) {
    archive("Id", record.handle.id);
    archive("Owner", record.handle.owner);
    archive("StackId", record.handle.stack_id);
    archive.records("Signals", record.signals);
}

}  // namespace

Result<WaitSignal> read_wait_signal(std::string_view body) {
    const auto refuse = [](std::string_view why) {
        return fail(ErrorCode::kInvalidArgument, fmt::format("This is no signal: {}.", why));
    };
    if (body.size() > kSignalBytesMax)
        return refuse(fmt::format("it has more than {} bytes", kSignalBytesMax));
    auto parsed = codec::parse_json(body);
    if (!parsed || !parsed->is_object()) return refuse("it is not a JSON object");
    const auto text = [&](std::string_view name) {
        const boost::json::value* value = parsed->get_object().if_contains(name);
        return value == nullptr ? std::string() : scalar_text(*value).value_or("");
    };
    const std::string status = text("Status");
    if (status != "SUCCESS" && status != "FAILURE") return refuse("Status must be SUCCESS or FAILURE");
    WaitSignal signal{text("UniqueId"), status == "SUCCESS", text("Data"), text("Reason")};
    if (signal.unique_id.empty()) return refuse("it has no UniqueId");
    return signal;
}

std::string write_wait_handle(const WaitHandle& handle) {
    Record record{handle, {}};
    for (const auto& [id, signal] : handle.signals) record.signals.push_back(signal);
    return codec::to_json(FieldWriter::write(record));
}

Result<WaitHandle> read_wait_handle(std::string_view text) {
    auto parsed = codec::parse_json(text);
    if (parsed && parsed->is_object()) {
        Record record;
        FieldReader reader(parsed->get_object());
        fields(reader, record);
        for (WaitSignal& signal : record.signals) {
            std::string id = signal.unique_id;
            record.handle.signals.emplace(std::move(id), std::move(signal));
        }
        if (reader.good()) return std::move(record.handle);
    }
    return fail(ErrorCode::kCorruption, "a wait condition's handle in the catalog cannot be read");
}

}  // namespace millrace::cloudformation

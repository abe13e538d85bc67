#include "services/cloudformation/callbacks/custom_request.h"

#include "codec/json.h"
#include "services/cloudformation/state/json_fields.h"

namespace millrace::cloudformation {

namespace {

struct Record {
    CustomRequest request;
    bool answered = false;
    std::string response;
};

template <class Archive>
void fields(Archive& archive, Record& record) {
    CustomRequest& request = record.request;
    archive("Id", request.id);
    archive("Identity", request.identity);
    archive("StackId", request.stack_id);
    archive("Account", request.scope.account);
    archive("Region", request.scope.region);
    archive("ServiceToken", request.service_token);
    archive("Event", request.event);
    archive("Sent", request.sent);
    archive("Answered", record.answered);
    archive("Response", record.response);
    archive("Refused", request.refused);
}

}  // namespace

std::string write_custom_request(const CustomRequest& request) {
    const Record record{request, request.response.has_value(), request.response.value_or("")};
    return codec::to_json(FieldWriter::write(record));
}

Result<CustomRequest> read_custom_request(std::string_view text) {
    auto parsed = codec::parse_json(text);
    if (parsed && parsed->is_object()) {
        Record record;
        FieldReader reader(parsed->get_object());
        fields(reader, record);
        if (record.answered) record.request.response = std::move(record.response);
        if (reader.good()) return std::move(record.request);
    }
    return fail(ErrorCode::kCorruption, "a request to a custom resource in the catalog cannot be read");
}

}  // namespace millrace::cloudformation

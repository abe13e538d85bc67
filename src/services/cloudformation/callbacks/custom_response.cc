#include "services/cloudformation/callbacks/custom_response.h"

#include <fmt/format.h>

#include "codec/json.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

void flatten(const std::string& name, const json::value& value, std::map<std::string, std::string>& data) {
    if (value.is_object()) {
        for (const auto& [member, inner] : value.get_object())
            flatten(fmt::format("{}.{}", name, std::string_view(member)), inner, data);
        return;
    }
    if (value.is_null()) return;
    auto text = scalar_text(value);
    data.insert_or_assign(name, text ? std::move(*text) : codec::to_json(value));
}

std::unexpected<Error> invalid(std::string_view what) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("Invalid response object: {}", what));
}

Result<std::string> text_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) return std::string();
    if (!value->is_string()) return invalid(fmt::format("Value of property {} must be of type String", name));
    return std::string(value->get_string());
}

}  // namespace

Result<CustomResponse> read_custom_response(std::string_view body) {
    if (body.size() > kCustomResponseBytesMax)
        return fail(ErrorCode::kInvalidArgument, "Response object is too long.");
    auto parsed = codec::parse_json(body);
    if (!parsed || !parsed->is_object()) return invalid("it is not a JSON object");
    const json::object& object = parsed->get_object();

    CustomResponse response;
    auto status = text_member(object, "Status");
    if (!status) return std::unexpected(status.error());
    if (*status != "SUCCESS" && *status != "FAILED") return invalid("Status must be SUCCESS or FAILED");
    response.success = *status == "SUCCESS";
    auto reason = text_member(object, "Reason");
    if (!reason) return std::unexpected(reason.error());
    response.reason = std::move(*reason);
    auto physical_id = text_member(object, "PhysicalResourceId");
    if (!physical_id) return std::unexpected(physical_id.error());
    if (physical_id->size() > kPhysicalIdBytesMax)
        return fail(ErrorCode::kInvalidArgument, "Invalid PhysicalResourceId");
    response.physical_id = std::move(*physical_id);
    if (const json::value* data = object.if_contains("Data"); data != nullptr && !data->is_null()) {
        if (!data->is_object()) return invalid("Value of property Data must be an object");
        for (const auto& [name, value] : data->get_object()) flatten(std::string(name), value, response.data);
    }
    if (const json::value* hidden = object.if_contains("NoEcho"))
        response.no_echo = scalar_text(*hidden) == "true";
    return response;
}

}  // namespace millrace::cloudformation

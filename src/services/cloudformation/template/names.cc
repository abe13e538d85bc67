#include "services/cloudformation/template/names.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "codec/json.h"

namespace millrace::cloudformation {

namespace {

constexpr std::size_t kLogicalIdMax = 255;

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

std::unexpected<Error> template_error(std::string message) {
    return fail(ErrorCode::kInvalidArgument, std::move(message));
}

bool is_logical_id(std::string_view name) {
    return !name.empty() && name.size() <= kLogicalIdMax && std::ranges::all_of(name, is_alphanumeric);
}

std::optional<std::string> scalar_text(const boost::json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::string:
            return std::string(value.get_string());
        case boost::json::kind::bool_:
            return value.get_bool() ? "true" : "false";
        case boost::json::kind::int64:
            return fmt::to_string(value.get_int64());
        case boost::json::kind::uint64:
            return fmt::to_string(value.get_uint64());
        case boost::json::kind::double_:
            return codec::to_json(value);
        default:
            return std::nullopt;
    }
}

std::string join_path(std::string_view path, std::string_view member) {
    std::string joined;
    joined.reserve(path.size() + 1 + member.size());
    joined.append(path).append("/").append(member);
    return joined;
}

}  // namespace millrace::cloudformation

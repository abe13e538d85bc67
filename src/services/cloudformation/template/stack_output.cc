#include "services/cloudformation/template/stack_output.h"

#include "codec/json.h"

namespace millrace::cloudformation {

namespace {

constexpr std::size_t kAccountField = 4;  // arn:aws:iam::ACCOUNT:role/name

}  // namespace

std::string StackOutput::account() const {
    std::string_view rest = role_arn;
    for (std::size_t i = 0; i < kAccountField; ++i) {
        const auto colon = rest.find(':');
        if (colon == std::string_view::npos) return {};
        rest.remove_prefix(colon + 1);
    }
    return std::string(rest.substr(0, rest.find(':')));
}

std::string key_of(const StackOutput& output) {
    return codec::to_json(codec::JsonArray{codec::Json(output.stack), codec::Json(output.output),
                                           codec::Json(output.region), codec::Json(output.role_arn)});
}

StackOutput read_stack_output(std::string_view key) {
    const auto parsed = codec::parse_json(key);
    const codec::JsonArray& parts = parsed->get_array();
    const auto part = [&](std::size_t i) { return std::string(parts[i].get_string()); };
    return {part(0), part(1), part(2), part(3)};
}

}  // namespace millrace::cloudformation

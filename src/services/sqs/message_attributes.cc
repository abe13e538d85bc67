#include "services/sqs/message_attributes.h"

#include <algorithm>

#include "codec/md5.h"

namespace millrace::sqs {
namespace {

void put_with_length(std::string& out, std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<char>(size >> shift));
    out.append(text);
}

}  // namespace

bool is_binary(const MessageAttribute& attribute) {
    return attribute.data_type.starts_with("Binary");
}

std::string attributes_md5(const MessageAttributes& attributes) {
    if (attributes.empty()) return {};
    std::string bytes;
    for (const auto& [name, attribute] : attributes) {
        put_with_length(bytes, name);
        put_with_length(bytes, attribute.data_type);
        bytes.push_back(is_binary(attribute) ? '\2' : '\1');
        put_with_length(bytes, attribute.value);
    }
    return codec::md5_hex(bytes);
}

bool wants_attribute(std::span<const std::string> names, std::string_view attribute) {
    return std::ranges::any_of(names, [&](std::string_view name) {
        if (name == "All" || name == "*") return true;
        if (name.ends_with(".*")) return attribute.starts_with(name.substr(0, name.size() - 2));
        return name == attribute;
    });
}

}  // namespace millrace::sqs

#include "codec/form.h"

#include <algorithm>

#include "codec/uri.h"

namespace millrace::codec {
namespace {

Result<std::string> decode_part(std::string_view part) {
    if (part.find('+') == std::string_view::npos) return percent_decode(part);
    std::string spaced{part};
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return percent_decode(spaced);
}

}  // namespace

Result<Form> parse_form(std::string_view text) {
    Form form;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        if (part.empty()) continue;
        const std::size_t equals = part.find('=');
        auto name = decode_part(part.substr(0, equals));
        if (!name) return std::unexpected(name.error());
        auto value = decode_part(equals == std::string_view::npos ? "" : part.substr(equals + 1));
        if (!value) return std::unexpected(value.error());
        form.emplace_back(std::move(*name), std::move(*value));
    }
    return form;
}

std::string format_form(const Form& form) {
    std::string out;
    for (const auto& [name, value] : form) {
        if (!out.empty()) out += '&';
        out += percent_encode(name);
        out += '=';
        out += percent_encode(value);
    }
    return out;
}

}  // namespace millrace::codec

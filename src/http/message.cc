#include "http/message.h"

#include "base/ascii.h"

namespace millrace::http {

const std::string* Headers::find(std::string_view name) const {
    for (const auto& [each, value] : fields_) {
        if (equal_ignoring_case(each, name)) return &value;
    }
    return nullptr;
}

std::string_view Headers::get(std::string_view name, std::string_view otherwise) const {
    const std::string* value = find(name);
    return value ? std::string_view(*value) : otherwise;
}

void Headers::erase(std::string_view name) {
    std::erase_if(fields_, [name](const auto& field) { return equal_ignoring_case(field.first, name); });
}

Response text_response(int status, std::string_view line) {
    Response response{.status = status, .headers = {}, .body = std::string(line) + "\n"};
    response.headers.add("Content-Type", "text/plain");
    return response;
}

}  // namespace millrace::http

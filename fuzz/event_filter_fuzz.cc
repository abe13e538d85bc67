// Whatever the pattern and the record, there is an answer; what a text equals is what "anything but" it is
// not.

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "services/lambda/filters/filter_criteria.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace::lambda;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const std::size_t split = std::min(text.find('\n'), size);
    const std::string_view pattern_text = text.substr(0, split);
    const std::string_view body = text.substr(std::min(split + 1, size));
    const auto pattern = FilterPattern::parse(pattern_text, "body", FilterPattern::PlainDocuments::kAllowed);
    const auto strict = FilterPattern::parse(pattern_text, "body", FilterPattern::PlainDocuments::kRefused);
    MILLRACE_ASSERT(pattern || !strict);
    const millrace::codec::JsonObject record{{"body", filter_document(body)}};
    if (pattern && strict) MILLRACE_ASSERT(pattern->matches(record) == strict->matches(record));

    const millrace::codec::JsonObject exact{{"body", millrace::codec::JsonArray{body}}};
    const millrace::codec::JsonObject but{
        {"body", millrace::codec::JsonArray{millrace::codec::JsonObject{{"anything-but", body}}}}};
    const auto parse = [](const millrace::codec::JsonObject& json) {
        return FilterPattern::parse(millrace::codec::to_json(json), "body",
                                    FilterPattern::PlainDocuments::kAllowed);
    };
    const auto same = parse(exact);
    const auto other = parse(but);
    if (same && other && record.at("body").is_string()) {
        MILLRACE_ASSERT(same->matches(record) != other->matches(record));
    }
    return 0;
}

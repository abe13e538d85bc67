#include "services/lambda/filters/filter_criteria.h"

#include <algorithm>
#include <fmt/format.h>

namespace millrace::lambda {

Result<FilterCriteria> FilterCriteria::compile(std::span<const std::string> patterns, Source source) {
    if (patterns.size() > kFiltersMax) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("The number of filters exceeds the limit of {}.", kFiltersMax));
    }
    const bool kinesis = source == Source::kKinesis;
    FilterCriteria criteria;
    for (const std::string& text : patterns) {
        auto pattern = FilterPattern::parse(
            text, kinesis ? "data" : "body",
            kinesis ? FilterPattern::PlainDocuments::kRefused : FilterPattern::PlainDocuments::kAllowed);
        if (!pattern) return std::unexpected(std::move(pattern.error()));
        criteria.patterns_.push_back(std::move(*pattern));
    }
    return criteria;
}

bool FilterCriteria::matches(const codec::JsonObject& record) const {
    return empty() || std::ranges::any_of(patterns_, [&](const auto& one) { return one.matches(record); });
}

bool FilterCriteria::asks_for_document() const {
    return std::ranges::any_of(patterns_, &FilterPattern::asks_for_document);
}

codec::Json filter_document(std::string_view text) {
    Result<codec::Json> json = codec::parse_json(text);
    if (json && (json->is_object() || json->is_array())) return std::move(*json);
    return codec::Json(text);
}

}  // namespace millrace::lambda

#include "services/lambda/ops/mapping_tags.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "services/lambda/arn_part.h"
#include "services/lambda/errors.h"
#include "services/lambda/ops/mapping_shapes.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kTagKeyMax = 128;
constexpr std::size_t kTagValueMax = 256;

aws::Outcome<const Mapping*> find_tagged(const Core& core, const aws::Scope& scope, std::string_view arn) {
    const std::string uuid(arn_part(arn, 6));
    const Mapping* mapping = core.mappings.find(scope, uuid);
    if (mapping == nullptr || mapping->arn() != arn) return std::unexpected(mapping_not_found());
    return mapping;
}

}  // namespace

bool names_mapping(std::string_view arn) {
    return arn_part(arn, 2) == "lambda" && arn_part(arn, 5) == "event-source-mapping";
}

aws::Outcome<Tags> tags_of_mapping(const Core& core, const aws::Scope& scope, std::string_view arn) {
    const auto mapping = find_tagged(core, scope, arn);
    if (!mapping) return std::unexpected(mapping.error());
    return (*mapping)->tags;
}

void change_tags_of_mapping(Core& core, const aws::Scope& scope, std::string_view arn,
                            const std::function<void(Tags&)>& change, Mappings::Done done) {
    const auto found = find_tagged(core, scope, arn);
    if (!found) return done(std::unexpected(found.error()));
    Mapping mapping = **found;
    change(mapping.tags);
    if (auto fits = check_tags(mapping.tags); !fits) return done(std::unexpected(std::move(fits.error())));
    core.mappings.update(std::move(mapping), std::move(done));
}

aws::Outcome<void> check_tags(const Tags& tags) {
    if (ports::count_own_tags(tags) > kTagsMax)
        return std::unexpected(invalid_parameter("Number of tags exceeds resource tag limit."));
    for (const auto& [key, value] : tags) {
        if (key.empty() || utf8_length(key) > kTagKeyMax || utf8_length(value) > kTagValueMax) {
            return std::unexpected(invalid_parameter(
                fmt::format("The tag {} is invalid: a key has 1 to {} characters, a value has at most {}.",
                            key, kTagKeyMax, kTagValueMax)));
        }
    }
    return {};
}

}  // namespace millrace::lambda

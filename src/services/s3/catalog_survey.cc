#include "services/s3/catalog_survey.h"

#include <fmt/format.h>

#include "services/s3/catalog_values.h"

namespace millrace::s3 {

void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey) {
    storage::for_each_below(pairs, kBucketPrefix, [&](const std::string& key, const std::string& value) {
        if (const auto bucket = parse_bucket(key, value); !bucket)
            survey.unreadable.push_back(bucket.error());
    });
    storage::for_each_below(pairs, kObjectPrefix, [&](const std::string& key, const std::string& value) {
        const auto named = parse_version(key, value);
        if (!named) return survey.unreadable.push_back(named.error());
        for (const Extent& extent : named->version.extents) {
            survey.logs[extent.log] =
                fmt::format("object {} of bucket {} ({})", named->key, named->bucket, named->account);
        }
    });
    storage::for_each_below(pairs, kUploadPrefix, [&](const std::string& key, const std::string& value) {
        if (const auto named = parse_upload(key, value); !named) survey.unreadable.push_back(named.error());
    });
    storage::for_each_below(pairs, kPartPrefix, [&](const std::string& key, const std::string& value) {
        const auto named = parse_part(key, value);
        if (!named) return survey.unreadable.push_back(named.error());
        for (const Extent& extent : named->part.extents) {
            survey.logs[extent.log] = fmt::format("part {} of an upload to bucket {} ({})",
                                                  named->part.number, named->bucket, named->account);
        }
    });
}

}  // namespace millrace::s3

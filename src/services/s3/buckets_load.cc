#include <algorithm>
#include <utility>

#include "services/s3/buckets.h"
#include "services/s3/catalog_values.h"

namespace millrace::s3 {

Result<> Buckets::load() {
    for (const auto& [key, value] : dependencies_.catalog.list(kBucketPrefix)) {
        auto record = parse_bucket(key, value);
        if (!record) return std::unexpected(std::move(record.error()));
        Bucket& bucket = accounts_[record->account][record->name];
        bucket.record = std::move(*record);
    }
    if (auto loaded = load_objects(); !loaded) return loaded;
    if (auto loaded = load_uploads(); !loaded) return loaded;
    return bytes_.give_back_loose();
}

Result<> Buckets::load_objects() {
    for (const auto& [key, value] : dependencies_.catalog.list(kObjectPrefix)) {
        auto named = parse_version(key, value);
        if (!named) return std::unexpected(std::move(named.error()));
        next_order_ = std::max(next_order_, named->version.order + 1);
        bytes_.count(named->version.extents);
        Versions& versions = accounts_[named->account][named->bucket].objects[named->key];
        const auto place = std::ranges::find_if(
            versions, [&](const ObjectVersion& each) { return each.order < named->version.order; });
        versions.insert(place, std::move(named->version));
    }
    return {};
}

Result<> Buckets::load_uploads() {
    for (const auto& [key, value] : dependencies_.catalog.list(kUploadPrefix)) {
        auto named = parse_upload(key, value);
        if (!named) return std::unexpected(std::move(named.error()));
        std::string id = named->upload.id;
        accounts_[named->account][named->bucket].uploads.emplace(std::move(id), std::move(named->upload));
    }
    for (const auto& [key, value] : dependencies_.catalog.list(kPartPrefix)) {
        auto named = parse_part(key, value);
        if (!named) return std::unexpected(std::move(named.error()));
        bytes_.count(named->part.extents);
        auto& parts = accounts_[named->account][named->bucket].uploads[named->upload_id].parts;
        parts.emplace(named->part.number, std::move(named->part));
    }
    return {};
}

}  // namespace millrace::s3

#include "services/s3/catalog_values.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/number.h"
#include "codec/json.h"

namespace millrace::s3 {
namespace {

using codec::JsonArray;
using codec::JsonObject;

using Texts = std::map<std::string, std::string>;

/// Takes the next part of a path off.
std::string take_part(std::string_view& path) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    std::string part(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
    return part;
}

/// `read` gets the value as an object, and may throw.
template <class T, class Read>
Result<T> read_value(std::string_view key, std::string_view value, Read read) {
    try {
        return read(boost::json::parse(value).as_object());
    } catch (const std::exception&) {
        return fail(ErrorCode::kCorruption, fmt::format("the catalog's value for {} cannot be read", key));
    }
}

JsonObject to_object(const auto& map) {
    JsonObject out;
    for (const auto& [name, value] : map) out.emplace(name, value);
    return out;
}

Texts to_texts(const JsonObject& value, std::string_view member) {
    Texts out;
    for (const auto& [name, text] : value.at(member).as_object())
        out.emplace(name, boost::json::value_to<std::string>(text));
    return out;
}

std::string text_of(const JsonObject& value, std::string_view member) {
    return boost::json::value_to<std::string>(value.at(member));
}

std::int64_t number_of(const JsonObject& value, std::string_view member) {
    return value.at(member).to_number<std::int64_t>();
}

WallTime time_of(const JsonObject& value, std::string_view member) {
    return from_millis(number_of(value, member));
}

/// [log, from, bytes, log, from, bytes, ...]
JsonArray to_array(const Extents& extents) {
    JsonArray out;
    for (const Extent& extent : extents) {
        out.emplace_back(extent.log.value());
        out.emplace_back(extent.from);
        out.emplace_back(extent.bytes);
    }
    return out;
}

Extents extents_of(const JsonObject& value) {
    const JsonArray& numbers = value.at("extents").as_array();
    Extents out;
    for (std::size_t i = 0; i + 2 < numbers.size(); i += 3) {
        out.push_back({storage::LogId{numbers.at(i).to_number<std::uint64_t>()},
                       numbers.at(i + 1).to_number<std::uint64_t>(),
                       numbers.at(i + 2).to_number<std::uint64_t>()});
    }
    return out;
}

codec::ChecksumKind kind_of(const JsonObject& value) {
    return codec::find_checksum(text_of(value, "sum")).value();
}

void add_description(JsonObject& out, const Description& description) {
    out.emplace("headers", to_object(description.headers));
    out.emplace("metadata", to_object(description.metadata));
    out.emplace("tags", to_object(description.tags));
}

Description description_of(const JsonObject& value) {
    return {to_texts(value, "headers"), to_texts(value, "metadata"), to_texts(value, "tags")};
}

}  // namespace

std::string bucket_key(const BucketRecord& bucket) {
    return fmt::format("{}{}/{}", kBucketPrefix, bucket.account, bucket.name);
}

std::string object_key(const BucketRecord& bucket, std::string_view key, std::string_view version_id) {
    return fmt::format("{}{}/{}/{}/{}", kObjectPrefix, bucket.account, bucket.name, version_id, key);
}

std::string upload_key(const BucketRecord& bucket, std::string_view upload_id) {
    return fmt::format("{}{}/{}/{}", kUploadPrefix, bucket.account, bucket.name, upload_id);
}

std::string part_key(const BucketRecord& bucket, std::string_view upload_id, std::int32_t number) {
    return fmt::format("{}{}/{}/{}/{}", kPartPrefix, bucket.account, bucket.name, upload_id, number);
}

std::string to_catalog_value(const BucketRecord& bucket) {
    return codec::to_json(JsonObject{{"region", bucket.region},
                                     {"created", to_millis(bucket.created)},
                                     {"versioning", static_cast<int>(bucket.versioning)},
                                     {"settings", to_object(bucket.settings)}});
}

std::string to_catalog_value(const ObjectVersion& version) {
    JsonObject out{{"order", version.order}, {"modified", to_millis(version.modified)}};
    if (version.delete_marker) {
        out.emplace("deleteMarker", true);
        return codec::to_json(out);
    }
    JsonArray parts;
    for (const std::uint64_t bytes : version.part_bytes) parts.emplace_back(bytes);
    out.emplace("bytes", version.bytes);
    out.emplace("etag", version.etag);
    out.emplace("sum", codec::checksum_title(version.checksum.kind));
    out.emplace("composite", version.checksum.composite);
    out.emplace("checksum", version.checksum.value);
    out.emplace("extents", to_array(version.extents));
    out.emplace("parts", std::move(parts));
    add_description(out, version.description);
    return codec::to_json(out);
}

std::string to_catalog_value(const Upload& upload) {
    JsonObject out{{"key", upload.key},
                   {"initiated", to_millis(upload.initiated)},
                   {"sum", codec::checksum_title(upload.kind)},
                   {"composite", upload.composite}};
    add_description(out, upload.description);
    return codec::to_json(out);
}

std::string to_catalog_value(const Part& part) {
    return codec::to_json(JsonObject{{"modified", to_millis(part.modified)},
                                     {"bytes", part.bytes},
                                     {"etag", part.etag},
                                     {"checksum", part.checksum},
                                     {"extents", to_array(part.extents)}});
}

Result<BucketRecord> parse_bucket(std::string_view key, std::string_view value) {
    return read_value<BucketRecord>(key, value, [&](const JsonObject& object) {
        std::string_view path = key.substr(kBucketPrefix.size());
        BucketRecord bucket;
        bucket.account = take_part(path);
        bucket.name = take_part(path);
        bucket.region = text_of(object, "region");
        bucket.created = time_of(object, "created");
        bucket.versioning = static_cast<Versioning>(number_of(object, "versioning"));
        for (auto& [name, document] : to_texts(object, "settings")) bucket.settings.emplace(name, document);
        return bucket;
    });
}

Result<NamedVersion> parse_version(std::string_view key, std::string_view value) {
    return read_value<NamedVersion>(key, value, [&](const JsonObject& object) {
        std::string_view path = key.substr(kObjectPrefix.size());
        NamedVersion named;
        named.account = take_part(path);
        named.bucket = take_part(path);
        ObjectVersion& version = named.version;
        version.version_id = take_part(path);
        named.key = path;
        version.order = object.at("order").to_number<std::uint64_t>();
        version.modified = time_of(object, "modified");
        version.delete_marker = object.contains("deleteMarker");
        if (version.delete_marker) return named;
        version.bytes = object.at("bytes").to_number<std::uint64_t>();
        version.etag = text_of(object, "etag");
        version.checksum = {kind_of(object), object.at("composite").as_bool(), text_of(object, "checksum")};
        version.extents = extents_of(object);
        for (const auto& part : object.at("parts").as_array())
            version.part_bytes.push_back(part.to_number<std::uint64_t>());
        version.description = description_of(object);
        return named;
    });
}

Result<NamedUpload> parse_upload(std::string_view key, std::string_view value) {
    return read_value<NamedUpload>(key, value, [&](const JsonObject& object) {
        std::string_view path = key.substr(kUploadPrefix.size());
        NamedUpload named;
        named.account = take_part(path);
        named.bucket = take_part(path);
        named.upload.id = path;
        named.upload.key = text_of(object, "key");
        named.upload.initiated = time_of(object, "initiated");
        named.upload.kind = kind_of(object);
        named.upload.composite = object.at("composite").as_bool();
        named.upload.description = description_of(object);
        return named;
    });
}

Result<NamedPart> parse_part(std::string_view key, std::string_view value) {
    return read_value<NamedPart>(key, value, [&](const JsonObject& object) {
        std::string_view path = key.substr(kPartPrefix.size());
        NamedPart named;
        named.account = take_part(path);
        named.bucket = take_part(path);
        named.upload_id = take_part(path);
        named.part.number = parse_number<decltype(named.part.number)>(path).value_or(0);
        named.part.modified = time_of(object, "modified");
        named.part.bytes = object.at("bytes").to_number<std::uint64_t>();
        named.part.etag = text_of(object, "etag");
        named.part.checksum = text_of(object, "checksum");
        named.part.extents = extents_of(object);
        return named;
    });
}

}  // namespace millrace::s3

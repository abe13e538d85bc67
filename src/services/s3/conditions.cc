#include "services/s3/conditions.h"

#include <chrono>

#include "services/s3/errors.h"

namespace millrace::s3 {
namespace {

/// HTTP's dates know no fractions.
auto in_seconds(WallTime time) {
    return std::chrono::floor<std::chrono::seconds>(time);
}

std::string_view bare(std::string_view tag) {
    while (tag.starts_with(' ')) tag.remove_prefix(1);
    while (tag.ends_with(' ')) tag.remove_suffix(1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() >= 2 && tag.starts_with('"') && tag.ends_with('"')) tag = tag.substr(1, tag.size() - 2);
    return tag;
}

}  // namespace

bool names_etag(std::string_view list, std::string_view etag) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view tag = bare(list.substr(0, comma));
        if (tag == "*" || tag == etag) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

aws::Outcome<void> check_read(const ReadConditions& conditions, const ObjectVersion& version, bool of_copy) {
    const char* prefix = of_copy ? "x-amz-copy-source-" : "";
    const auto failed = [&](const char* name) {
        return std::unexpected(precondition_failed(std::string(prefix) + name));
    };
    const auto unchanged = [&](const char* name) {
        return of_copy ? failed(name) : std::unexpected(not_modified());
    };
    if (conditions.if_match) {
        if (!names_etag(*conditions.if_match, version.etag)) return failed("If-Match");
    } else if (conditions.if_unmodified_since &&
               in_seconds(version.modified) > in_seconds(*conditions.if_unmodified_since)) {
        return failed("If-Unmodified-Since");
    }
    if (conditions.if_none_match) {
        if (names_etag(*conditions.if_none_match, version.etag)) return unchanged("If-None-Match");
    } else if (conditions.if_modified_since &&
               in_seconds(version.modified) <= in_seconds(*conditions.if_modified_since)) {
        return unchanged("If-Modified-Since");
    }
    return {};
}

aws::Outcome<void> check_write(const std::optional<std::string>& if_match,
                               const std::optional<std::string>& if_none_match, const ObjectVersion* newest,
                               const std::string& key) {
    const bool there = newest != nullptr && !newest->delete_marker;
    if (if_none_match) {
        if (*if_none_match != "*") return std::unexpected(not_implemented_header("If-None-Match"));
        if (there) return std::unexpected(precondition_failed("If-None-Match"));
    }
    if (if_match) {
        if (!there) return std::unexpected(no_such_key(key));
        if (!names_etag(*if_match, newest->etag)) return std::unexpected(precondition_failed("If-Match"));
    }
    return {};
}

}  // namespace millrace::s3

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/s3/bucket.h"

namespace millrace::s3 {

struct ListRequest {
    std::string prefix = {};
    std::string delimiter = {};  ///< empty: none
    /// Goes on behind it: a key, or a common prefix of an earlier page (which ends with the delimiter).
    std::string after = {};
    /// For versions: goes on behind this one of the key `after`; empty: behind all of them.
    std::string after_version = {};
    std::size_t count_max = 0;
};

struct ListedKey {
    const std::string* key;
    const ObjectVersion* version;
    bool is_latest = true;
};

/// A page. Pointers into the bucket.
struct Listing {
    std::vector<ListedKey> keys;
    std::vector<std::string> common_prefixes;
    bool truncated = false;
    std::string last = {};          ///< what the next page goes on behind
    std::string last_version = {};  ///< the same of versions; empty when `last` is a common prefix
};

/// Keys that have an object, in the order of their bytes; with a delimiter, those that go on behind it after
/// the prefix as one common prefix. Both count. A step costs the same whatever the bucket holds.
[[nodiscard]] Listing list_objects(const Bucket& bucket, const ListRequest& request);

/// The same of all versions and delete markers, the newest of a key first.
[[nodiscard]] Listing list_versions(const Bucket& bucket, const ListRequest& request);

/// The common prefix that a key belongs to, if any.
[[nodiscard]] std::optional<std::string> common_prefix(const std::string& key, const std::string& prefix,
                                                       const std::string& delimiter);

}  // namespace millrace::s3

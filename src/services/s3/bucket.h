#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "services/s3/object.h"

namespace millrace::s3 {

enum class Versioning { kNever, kEnabled, kSuspended };

/// A bucket without what is in it: what the catalog keeps as one pair.
struct BucketRecord {
    std::string account;
    std::string name;
    std::string region;
    WallTime created;
    Versioning versioning = Versioning::kNever;
    /// By the name of the setting ("policy", "lifecycle"): its document, XML but for the policy.
    std::map<std::string, std::string, std::less<>> settings;

    [[nodiscard]] std::string arn() const { return "arn:aws:s3:::" + name; }
};

/// All versions of a key, the newest first; never empty.
using Versions = std::vector<ObjectVersion>;

struct Bucket {
    BucketRecord record;
    std::map<std::string, Versions, std::less<>> objects;
    std::map<std::string, Upload, std::less<>> uploads;  ///< by id

    /// The newest version, whatever it is; nullptr without one.
    [[nodiscard]] const ObjectVersion* newest(std::string_view key) const;
    [[nodiscard]] const ObjectVersion* version(std::string_view key, std::string_view version_id) const;
    [[nodiscard]] bool empty() const { return objects.empty(); }
};

}  // namespace millrace::s3

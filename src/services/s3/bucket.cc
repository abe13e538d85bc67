#include "services/s3/bucket.h"

#include <algorithm>

namespace millrace::s3 {

const ObjectVersion* Bucket::newest(std::string_view key) const {
    const auto found = objects.find(key);
    return found == objects.end() ? nullptr : &found->second.front();
}

const ObjectVersion* Bucket::version(std::string_view key, std::string_view version_id) const {
    const auto found = objects.find(key);
    if (found == objects.end()) return nullptr;
    const auto version = std::ranges::find(found->second, version_id, &ObjectVersion::version_id);
    return version == found->second.end() ? nullptr : &*version;
}

}  // namespace millrace::s3

#include "services/s3/listing.h"

#include <algorithm>
#include <utility>

namespace millrace::s3 {
namespace {

using Objects = decltype(Bucket::objects);

/// The first key that does not begin so.
Objects::const_iterator behind(const Objects& objects, std::string prefix) {
    while (!prefix.empty()) {
        const auto last = static_cast<unsigned char>(prefix.back());
        if (last != 0xff) {
            prefix.back() = static_cast<char>(last + 1);
            return objects.lower_bound(prefix);
        }
        prefix.pop_back();
    }
    return objects.end();
}

/// Walks the keys of a request. `take` gets a key's versions and adds what it finds; false when the page is
/// full.
template <class Take>
Listing walk(const Objects& objects, const ListRequest& request, Objects::const_iterator from, Take take) {
    Listing listing;
    const auto full = [&] {
        return listing.keys.size() + listing.common_prefixes.size() >= request.count_max;
    };
    for (auto at = from; at != objects.end() && at->first.starts_with(request.prefix);) {
        auto group = common_prefix(at->first, request.prefix, request.delimiter);
        if (!group) {
            if (!take(*at, listing, full)) {
                listing.truncated = true;
                break;
            }
            ++at;
            continue;
        }
        const auto next = behind(objects, *group);
        const bool any =
            std::any_of(at, next, [&](const auto& object) { return take.has_any(object.second); });
        if (any && *group != request.after) {
            if (full()) {
                listing.truncated = true;
                break;
            }
            listing.last = *group;
            listing.last_version.clear();
            listing.common_prefixes.push_back(std::move(*group));
        }
        at = next;
    }
    return listing;
}

struct TakeNewest {
    static bool has_any(const Versions& versions) { return !versions.front().delete_marker; }
    template <class Full>
    bool operator()(const Objects::value_type& object, Listing& listing, Full full) const {
        if (!has_any(object.second)) return true;
        if (full()) return false;
        listing.keys.push_back({&object.first, &object.second.front()});
        listing.last = object.first;
        return true;
    }
};

struct TakeVersions {
    const ListRequest& request;

    static bool has_any(const Versions&) { return true; }
    template <class Full>
    bool operator()(const Objects::value_type& object, Listing& listing, Full full) const {
        const auto& [key, versions] = object;
        auto from = versions.begin();
        if (key == request.after && !request.after_version.empty()) {
            from = std::ranges::find(versions, request.after_version, &ObjectVersion::version_id);
            if (from != versions.end()) ++from;
        }
        for (auto version = from; version != versions.end(); ++version) {
            if (full()) return false;
            listing.keys.push_back({&key, &*version, version == versions.begin()});
            listing.last = key;
            listing.last_version = version->version_id;
        }
        return true;
    }
};

Objects::const_iterator start_of(const Objects& objects, const ListRequest& request, bool with_after) {
    if (request.after < request.prefix) return objects.lower_bound(request.prefix);
    if (request.after.empty()) return objects.begin();
    return with_after ? objects.lower_bound(request.after) : objects.upper_bound(request.after);
}

}  // namespace

std::optional<std::string> common_prefix(const std::string& key, const std::string& prefix,
                                         const std::string& delimiter) {
    if (delimiter.empty()) return std::nullopt;
    const std::size_t found = key.find(delimiter, prefix.size());
    if (found == std::string::npos) return std::nullopt;
    return key.substr(0, found + delimiter.size());
}

Listing list_objects(const Bucket& bucket, const ListRequest& request) {
    if (request.count_max == 0) return {};
    return walk(bucket.objects, request, start_of(bucket.objects, request, false), TakeNewest{});
}

Listing list_versions(const Bucket& bucket, const ListRequest& request) {
    if (request.count_max == 0) return {};
    const bool within_key = !request.after_version.empty();
    return walk(bucket.objects, request, start_of(bucket.objects, request, within_key),
                TakeVersions{request});
}

}  // namespace millrace::s3

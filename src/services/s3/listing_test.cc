#include "services/s3/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::s3 {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ObjectVersion version(const char* id, bool marker = false) {
    ObjectVersion out;
    out.version_id = id;
    out.delete_marker = marker;
    return out;
}

Bucket bucket_of(const std::vector<std::string>& keys) {
    Bucket bucket;
    for (const std::string& key : keys) bucket.objects[key] = {version("null")};
    return bucket;
}

std::vector<std::string> keys_of(const Listing& listing) {
    std::vector<std::string> keys;
    for (const ListedKey& listed : listing.keys)
        keys.push_back(*listed.key + ':' + listed.version->version_id);
    return keys;
}

TEST(Listing, GoesThroughPagesOfKeysAndPrefixes) {
    const Bucket bucket = bucket_of({"a", "b/1", "b/2", "c", "d/1"});
    std::vector<std::string> seen;
    ListRequest request{.delimiter = "/", .count_max = 1};
    for (;;) {
        const Listing page = list_objects(bucket, request);
        for (const ListedKey& listed : page.keys) seen.push_back(*listed.key);
        for (const std::string& prefix : page.common_prefixes) seen.push_back(prefix);
        if (!page.truncated) break;
        request.after = page.last;
    }
    EXPECT_THAT(seen, ElementsAre("a", "b/", "c", "d/"));
}

TEST(Listing, APageThatIsJustFullIsNotTruncated) {
    const Bucket bucket = bucket_of({"a", "b"});
    EXPECT_FALSE(list_objects(bucket, {.count_max = 2}).truncated);
    EXPECT_TRUE(list_objects(bucket, {.count_max = 1}).truncated);
    EXPECT_FALSE(list_objects(bucket, {.count_max = 0}).truncated);
}

TEST(Listing, DeletedObjectsAreNotSeenNorTheirPrefixes) {
    Bucket bucket = bucket_of({"a/1", "b"});
    bucket.objects["a/1"] = {version("m", true), version("v")};
    const Listing listing = list_objects(bucket, {.delimiter = "/", .count_max = 10});
    EXPECT_THAT(keys_of(listing), ElementsAre("b:null"));
    EXPECT_THAT(listing.common_prefixes, IsEmpty());
}

TEST(Listing, PrefixesAndKeysOfTheHighestByte) {
    const Bucket bucket = bucket_of({"p\xff\xff/1", "p\xff\xff/2", "q"});
    const Listing listing = list_objects(bucket, {.delimiter = "/", .count_max = 10});
    EXPECT_THAT(listing.common_prefixes, ElementsAre("p\xff\xff/"));
    EXPECT_THAT(keys_of(list_objects(bucket, {.prefix = "q", .after = "a", .count_max = 10})),
                ElementsAre("q:null"));
}

TEST(Listing, VersionsGoOnWithinAKey) {
    Bucket bucket = bucket_of({"b"});
    bucket.objects["a"] = {version("3", true), version("2"), version("1")};
    const Listing first = list_versions(bucket, {.count_max = 2});
    EXPECT_THAT(keys_of(first), ElementsAre("a:3", "a:2"));
    EXPECT_TRUE(first.truncated && first.keys[0].is_latest && !first.keys[1].is_latest);
    const Listing rest =
        list_versions(bucket, {.after = first.last, .after_version = first.last_version, .count_max = 5});
    EXPECT_THAT(keys_of(rest), ElementsAre("a:1", "b:null"));
    EXPECT_THAT(keys_of(list_versions(bucket, {.after = "a", .count_max = 5})), ElementsAre("b:null"));
}

}  // namespace
}  // namespace millrace::s3

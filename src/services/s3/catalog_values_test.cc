#include "services/s3/catalog_values.h"

#include <gtest/gtest.h>

#include "services/s3/catalog_survey.h"

namespace millrace::s3 {
namespace {

ObjectVersion an_object() {
    ObjectVersion version;
    version.version_id = "v1";
    version.order = 7;
    version.modified = from_millis(1'700'000'000'123);
    version.bytes = 12;
    version.etag = "abc-2";
    version.checksum = {codec::ChecksumKind::kSha256, true, "sum-2"};
    version.description = {{{"Content-Type", "a/b"}}, {{"m", "1"}}, {{"t", "2"}}};
    version.extents = {{storage::LogId{5}, 0, 10}, {storage::LogId{6}, 3, 2}};
    version.part_bytes = {10, 2};
    return version;
}

const BucketRecord kBucket{
    .account = "000000000000", .name = "b", .region = "eu-west-1", .settings = {{"policy", "{}"}}};

TEST(CatalogValues, ABucketComesBack) {
    const auto back = parse_bucket(bucket_key(kBucket), to_catalog_value(kBucket));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->name, "b");
    EXPECT_EQ(back->region, "eu-west-1");
    EXPECT_EQ(back->settings, kBucket.settings);
}

TEST(CatalogValues, AVersionComesBackWhateverItsKey) {
    const std::string key = "a/b//\"\n/";
    const auto back = parse_version(object_key(kBucket, key, "v1"), to_catalog_value(an_object()));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->key, key);
    EXPECT_EQ(back->version.version_id, "v1");
    EXPECT_EQ(back->version.extents, an_object().extents);
    EXPECT_EQ(back->version.part_bytes, an_object().part_bytes);
    EXPECT_TRUE(back->version.checksum.composite);
    EXPECT_EQ(back->version.description.metadata, an_object().description.metadata);
    EXPECT_EQ(to_catalog_value(back->version), to_catalog_value(an_object()));
}

TEST(CatalogValues, WhatIsDamagedIsNamed) {
    const auto bad = parse_version(object_key(kBucket, "k", "v1"), "{\"order\":1}");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::kCorruption);
    EXPECT_NE(bad.error().message.find("s3/objects/000000000000/b/v1/k"), std::string::npos);
}

TEST(CatalogValues, TheDoctorKnowsLogsByName) {
    storage::CatalogMap map;
    map.apply({.puts = {{object_key(kBucket, "k", "v1"), to_catalog_value(an_object())}}, .erases = {}});
    storage::CatalogSurvey survey;
    survey_catalog(map.pairs(), survey);
    EXPECT_EQ(survey.logs.at(storage::LogId{6}), "object k of bucket b (000000000000)");
    EXPECT_TRUE(survey.unreadable.empty());
}

}  // namespace
}  // namespace millrace::s3

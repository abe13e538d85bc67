#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <random>
#include <set>

#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

// Random splits, merges, scalings, puts in flight while they happen, and restarts, from a printed seed. The
// model is a list of the data put with each partition key, in the order in which the puts were begun.
class ReshardModel : public ServiceFixture, public testing::WithParamInterface<unsigned> {
  protected:
    using Json = codec::JsonObject;

    void SetUp() override {
        RecordProperty("seed", static_cast<int>(GetParam()));
        create_stream("s", 2);
    }
    std::size_t below(std::size_t bound) { return random_() % bound; }

    void begin_put() {
        const std::string key = fmt::format("key{}", below(20));
        const std::string data = fmt::format("AAA{:05}", ++puts_);  // base64, and so long that it is whole
        puts_in_flight_.push_back(start(
            "PutRecord", fmt::format(R"({{"StreamName":"s","PartitionKey":"{}","Data":"{}"}})", key, data)));
        expected_[key].push_back(data);
    }

    std::vector<Json> open_shards() {
        std::vector<Json> shards;
        for (const auto& shard : ok("ListShards", R"({"StreamName":"s","ShardFilter":{"Type":"AT_LATEST"}})")
                                     .at("Shards")
                                     .as_array())
            shards.push_back(shard.as_object());
        std::sort(shards.begin(), shards.end(),
                  [](const Json& a, const Json& b) { return first_key(a) < first_key(b); });
        return shards;
    }
    static HashKey first_key(const Json& shard) {
        return *parse_hash_key(text_of(shard.at("HashKeyRange").as_object(), "StartingHashKey"));
    }
    static HashKey last_key(const Json& shard) {
        return *parse_hash_key(text_of(shard.at("HashKeyRange").as_object(), "EndingHashKey"));
    }

    void begin_reshard() {
        const std::vector<Json> open = open_shards();
        const std::size_t i = below(open.size());
        const std::string shard = text_of(open[i], "ShardId");
        const HashKey first = first_key(open[i]);
        const HashKey last = last_key(open[i]);
        switch (below(3)) {
            case 0:
                if (last - first < 1000 || open.size() > 12) return;
                start("SplitShard",
                      fmt::format(R"({{"StreamName":"s","ShardToSplit":"{}","NewStartingHashKey":"{}"}})",
                                  shard, to_decimal(first + (last - first) / 16 * (1 + below(15)))));
                return;
            case 1:
                if (i + 1 == open.size()) return;
                start("MergeShards",
                      fmt::format(R"({{"StreamName":"s","ShardToMerge":"{}","AdjacentShardToMerge":"{}"}})",
                                  shard, text_of(open[i + 1], "ShardId")));
                return;
            default:
                const std::size_t target = open.size() / 2 + below(open.size() + 2);
                if (target == 0 || target > 12) return;
                start("UpdateShardCount",
                      fmt::format(
                          R"({{"StreamName":"s","TargetShardCount":{},"ScalingType":"UNIFORM_SCALING"}})",
                          target));
        }
    }

    void check_ranges() {
        HashKey expected = 0;
        for (const Json& shard : open_shards()) {
            ASSERT_EQ(to_decimal(first_key(shard)), to_decimal(expected)) << "a gap or an overlap";
            expected = last_key(shard) + 1;
        }
        ASSERT_EQ(to_decimal(expected), "0") << "the last shard ends with the last key";
    }

    /// Reads the shard to its end and says which ones follow.
    std::vector<std::string> read_shard(const std::string& shard) {
        std::vector<std::string> children;
        std::string next = text_of(
            ok("GetShardIterator",
               fmt::format(R"({{"StreamName":"s","ShardId":"{}","ShardIteratorType":"TRIM_HORIZON"}})",
                           shard)),
            "ShardIterator");
        while (!next.empty()) {
            const Json page = ok("GetRecords", fmt::format(R"({{"ShardIterator":"{}","Limit":3}})", next));
            for (const auto& record : page.at("Records").as_array()) {
                seen_[text_of(record.as_object(), "PartitionKey")].push_back(
                    text_of(record.as_object(), "Data"));
            }
            next.clear();
            if (page.contains("NextShardIterator") && !page.at("Records").as_array().empty()) {
                next = text_of(page, "NextShardIterator");
            }
            if (!page.contains("ChildShards")) continue;
            for (const auto& child : page.at("ChildShards").as_array())
                children.push_back(text_of(child.as_object(), "ShardId"));
        }
        return children;
    }

    /// Every shard after its parents, by what GetRecords says of them.
    void walk_lineage() {
        std::map<std::string, std::size_t> parents_left;
        std::vector<std::string> ready;
        for (const auto& shard : ok("ListShards", R"({"StreamName":"s"})").at("Shards").as_array()) {
            const Json& object = shard.as_object();
            const std::size_t parents =
                object.contains("ParentShardId") + object.contains("AdjacentParentShardId");
            parents_left[text_of(object, "ShardId")] = parents;
            if (parents == 0) ready.push_back(text_of(object, "ShardId"));
        }
        std::size_t walked = 0;
        for (; !ready.empty(); ++walked) {
            const std::string shard = ready.back();
            ready.pop_back();
            for (const std::string& child : read_shard(shard)) {
                if (--parents_left.at(child) == 0) ready.push_back(child);
            }
        }
        EXPECT_EQ(walked, parents_left.size()) << "a shard that nobody leads to";
    }

    std::mt19937 random_{GetParam()};
    std::size_t puts_ = 0;
    std::vector<aws::testing::Call> puts_in_flight_;
    std::map<std::string, std::vector<std::string>> expected_;
    std::map<std::string, std::vector<std::string>> seen_;
};

TEST_P(ReshardModel, EveryRecordIsReadOnceAndInOrderByTheLineage) {
    for (int step = 0; step < 60; ++step) {
        for (std::size_t i = below(6); i > 0; --i) begin_put();
        if (below(2) == 0) begin_reshard();
        for (std::size_t i = below(6); i > 0; --i) begin_put();
        executor_.run_ready();
        for (const auto& put : puts_in_flight_) {
            ASSERT_TRUE(*put);
            ASSERT_EQ((*put)->status, 200) << (*put)->body;
        }
        puts_in_flight_.clear();
        check_ranges();
        if (below(10) == 0) restart();
        clock_.advance(Milliseconds{static_cast<std::int64_t>(below(3))});
    }
    walk_lineage();
    EXPECT_EQ(seen_, expected_);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReshardModel, testing::Range(1U, 41U));

}  // namespace
}  // namespace millrace::kinesis

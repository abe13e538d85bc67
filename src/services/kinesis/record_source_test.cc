#include "services/kinesis/record_source.h"

#include <gmock/gmock.h>

#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

using ports::StartingPosition;
using testing::ElementsAre;

class RecordSourceTest : public ServiceFixture {
  protected:
    ports::RecordSource& source() { return service_->record_source(); }
    Result<ports::Cursor> locate(StartingPosition position, WallTime time = {}) {
        Result<ports::Cursor> located = fail(ErrorCode::kInternal, "not called");
        source().locate(kArn, kShard, position, time,
                        [&](Result<ports::Cursor> cursor) { located = std::move(cursor); });
        executor_.run_ready();
        return located;
    }
    Result<ports::SourceBatch> read_from(ports::Cursor cursor, ports::SourceLimits limits = {100, 1 << 20}) {
        Result<ports::SourceBatch> answer = fail(ErrorCode::kInternal, "not called");
        source().read(kArn, kShard, cursor, limits,
                      [&](Result<ports::SourceBatch> batch) { answer = std::move(batch); });
        executor_.run_ready();
        return answer;
    }

    const std::string kArn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    const std::string kShard = "shardId-000000000000";
};

TEST_F(RecordSourceTest, ReadsWhatWasPut) {
    create_stream("s");
    const std::string number = put("s", "key", "data");
    const auto batch = read_from(locate(StartingPosition::kTrimHorizon).value());
    ASSERT_TRUE(batch);
    ASSERT_EQ(batch->records.size(), 1U);
    const ports::SourceRecord& record = batch->records[0];
    EXPECT_EQ(record.cursor, ports::Cursor{0});
    EXPECT_EQ(record.sequence_number, number);
    EXPECT_EQ(record.partition_key, "key");
    EXPECT_EQ(record.data.view(), "data");
    EXPECT_EQ(record.arrival, clock_.now());
    EXPECT_FALSE(batch->end_of_shard);
    EXPECT_TRUE(read_from(ports::Cursor{1})->records.empty());
}

TEST_F(RecordSourceTest, AConsumerNamesItsStreamWhileItIsRegistered) {
    create_stream("s");
    put("s", "key", "data");
    const std::string consumer = kArn + "/consumer/c:1700000000";
    EXPECT_EQ(source().shards(consumer).error().code, ErrorCode::kNotFound);
    ok("RegisterStreamConsumer", R"({"StreamARN":")" + kArn + R"(","ConsumerName":"c"})");
    ASSERT_TRUE(source().shards(consumer));
    EXPECT_EQ(source().shards(kArn + "/consumer/c:1600000000").error().code, ErrorCode::kNotFound)
        << "an earlier one of that name";
    int wakes = 0;
    const auto watch = source().watch(consumer, [&] { ++wakes; });
    put("s", "key", "more");
    executor_.run_ready();
    EXPECT_EQ(wakes, 1);
    EXPECT_FALSE(watch->take().all);
    std::size_t records = 0;
    source().read(consumer, kShard, ports::Cursor{0}, {100, 1 << 20},
                  [&](const Result<ports::SourceBatch>& batch) { records = batch->records.size(); });
    executor_.run_ready();
    EXPECT_EQ(records, 2U);
    ok("DeregisterStreamConsumer", R"({"ConsumerARN":")" + consumer + R"("})");
    executor_.run_ready();
    EXPECT_EQ(wakes, 2);
    EXPECT_TRUE(watch->take().all);
    EXPECT_EQ(source().shards(consumer).error().code, ErrorCode::kNotFound);
}

TEST_F(RecordSourceTest, Positions) {
    create_stream("s");
    put("s", "k", "0");
    clock_.advance(Seconds{1});
    put("s", "k", "1");
    EXPECT_EQ(locate(StartingPosition::kTrimHorizon), ports::Cursor{0});
    EXPECT_EQ(locate(StartingPosition::kLatest), ports::Cursor{2});
    EXPECT_EQ(locate(StartingPosition::kAtTimestamp, clock_.now()), ports::Cursor{1});
    EXPECT_EQ(locate(StartingPosition::kAtTimestamp, clock_.now() + Seconds{1}), ports::Cursor{2});
}

TEST_F(RecordSourceTest, Limits) {
    create_stream("s");
    for (int i = 0; i < 3; ++i) put("s", "k", "12345");
    EXPECT_EQ(read_from(ports::Cursor{0}, {2, 1000})->records.size(), 2U);
    EXPECT_EQ(read_from(ports::Cursor{0}, {10, 1})->records.size(), 1U);
}

TEST_F(RecordSourceTest, AStreamCreatedAgainIsAnotherIncarnation) {
    create_stream("s", 2);
    const auto first = source().shards(kArn);
    ASSERT_TRUE(first);
    ASSERT_EQ(first->size(), 2U);
    EXPECT_EQ((*first)[1].shard_id, "shardId-000000000001");
    EXPECT_TRUE((*first)[0].parents.empty());
    ok("DeleteStream", R"({"StreamName":"s"})");
    EXPECT_EQ(source().shards(kArn).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(locate(StartingPosition::kLatest).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(read_from(ports::Cursor{0}).error().code, ErrorCode::kNotFound);
    create_stream("s");
    EXPECT_NE(source().shards(kArn)->front().incarnation, first->front().incarnation);
}

TEST_F(RecordSourceTest, AClosedShardEndsAndItsChildrenNameIt) {
    create_stream("s");
    put("s", "k", "last");
    EXPECT_FALSE(read_from(ports::Cursor{0})->end_of_shard);
    int wakes = 0;
    const auto watch = source().watch(kArn, [&] { ++wakes; });
    ok("SplitShard", R"({"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"5"})");
    EXPECT_EQ(wakes, 1);
    EXPECT_TRUE(read_from(ports::Cursor{0})->end_of_shard);
    EXPECT_TRUE(read_from(ports::Cursor{1})->end_of_shard);
    ok("MergeShards", R"({"StreamName":"s","ShardToMerge":"shardId-000000000001",
        "AdjacentShardToMerge":"shardId-000000000002"})");
    const auto shards = source().shards(kArn);
    ASSERT_TRUE(shards);
    ASSERT_EQ(shards->size(), 4U);
    EXPECT_THAT((*shards)[1].parents, ElementsAre(kShard));
    EXPECT_THAT((*shards)[2].parents, ElementsAre(kShard));
    EXPECT_THAT((*shards)[3].parents, ElementsAre("shardId-000000000001", "shardId-000000000002"));
}

TEST_F(RecordSourceTest, WakesOnPutCreateAndDelete) {
    int wakes = 0;
    auto watch = source().watch(kArn, [&] { ++wakes; });
    create_stream("s");
    EXPECT_EQ(wakes, 1);
    put("s", "k", "");
    EXPECT_EQ(wakes, 2);
    create_stream("other");
    put("other", "k", "");
    EXPECT_EQ(wakes, 2);
    ok("DeleteStream", R"({"StreamName":"s"})");
    EXPECT_EQ(wakes, 3);
    watch.reset();
    create_stream("s");
    EXPECT_EQ(wakes, 3);
}

TEST_F(RecordSourceTest, AWatchTellsWhichShardsHaveNewRecords) {
    create_stream("s", 2);
    const auto shards = source().shards(kArn);
    const auto watch = source().watch(kArn, [] {});
    put("s", "k", "");
    put("s", "k", "");
    auto changes = watch->take();
    EXPECT_FALSE(changes.all);
    ASSERT_EQ(changes.written.size(), 1U);
    EXPECT_TRUE(changes.written[0] == (*shards)[0].incarnation ||
                changes.written[0] == (*shards)[1].incarnation);
    EXPECT_TRUE(watch->take().written.empty()) << "told once";
    ok("SplitShard", R"({"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"5"})");
    EXPECT_TRUE(watch->take().all);
    EXPECT_FALSE(watch->take().all);
}

TEST_F(RecordSourceTest, AWakeSeesTheRecords) {
    create_stream("s");
    std::size_t seen = 0;
    const auto watch = source().watch(kArn, [&] {
        source().read(kArn, kShard, ports::Cursor{0}, {10, 1000},
                      [&](Result<ports::SourceBatch> batch) { seen = batch->records.size(); });
    });
    put("s", "k", "");
    executor_.run_ready();
    EXPECT_EQ(seen, 1U);
}

TEST_F(RecordSourceTest, WatchesMayEndInsideAWake) {
    create_stream("s");
    int wakes = 0;
    std::unique_ptr<ports::Watch> first;
    std::unique_ptr<ports::Watch> second;
    first = source().watch(kArn, [&] {
        ++wakes;
        first.reset();
        second.reset();
    });
    second = source().watch(kArn, [&] { ++wakes; });
    put("s", "k", "");
    EXPECT_EQ(wakes, 1);
    auto outlives = source().watch(kArn, [] {});
    registry_.reset();
    service_.reset();
    outlives.reset();
}

}  // namespace
}  // namespace millrace::kinesis

#include <fmt/format.h>

#include "base/units.h"
#include "codec/base64.h"
#include "services/kinesis/catalog_survey.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/sequence_number.h"
#include "services/kinesis/service_fixture.h"
#include "services/kinesis/shard_json.h"
#include "services/kinesis/token.h"

namespace millrace::kinesis {
namespace {

using Texts = std::vector<std::string>;

class RecordOperations : public ServiceFixture {
  protected:
    RecordOperations() { create_stream("s"); }

    static std::string record(std::string_view key, std::size_t bytes) {
        return fmt::format(R"("PartitionKey":"{}","Data":"{}")", key,
                           codec::base64_encode(std::string(bytes, 'x')));
    }
    codec::JsonObject get(const std::string& iterator, const std::string& more = "") {
        return ok("GetRecords", fmt::format(R"({{"ShardIterator":"{}"{}}})", iterator, more));
    }
};

TEST_F(RecordOperations, PutRecordAnswersWhenItIsDurable) {
    const std::string latest = iterator("s", "LATEST");
    store_.hold_commits(true);
    const auto putting = start("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":"aGk="})");
    executor_.run_ready();
    EXPECT_FALSE(*putting);
    EXPECT_EQ(read(latest), Texts{});
    store_.hold_commits(false);
    executor_.run_ready();
    ASSERT_TRUE(*putting);
    EXPECT_EQ(read(latest), Texts{"hi"});
}

TEST_F(RecordOperations, RecordsThatASalvageCouldNotReadAreSteppedOver) {
    std::vector<std::string> numbers;
    for (const char* data : {"a", "b", "c", "d", "e"}) {
        numbers.push_back(put("s", "k", data));
        executor_.advance(Milliseconds{10});
    }
    storage::CatalogSurvey survey;
    survey_catalog({{catalog_->list(kShardsPrefix).front()}}, survey);
    ASSERT_EQ(survey.logs.size(), 1U);
    const storage::LogId log = survey.logs.begin()->first;
    EXPECT_EQ(survey.logs.at(log), "shard shardId-000000000000 of stream s (000000000000, us-east-1)");
    store_.lose(log, storage::Offset{1}, storage::Offset{3});
    store_.lose(log, storage::Offset{5}, storage::Offset{1ULL << 30});
    restart();
    EXPECT_EQ(read(iterator("s", "TRIM_HORIZON")), (Texts{"a", "d", "e"}));
    const auto from = [&](const char* type, const std::string& number) {
        return read(iterator("s", type, fmt::format(R"(,"StartingSequenceNumber":"{}")", number)));
    };
    EXPECT_EQ(from("AT_SEQUENCE_NUMBER", numbers[1]), (Texts{"d", "e"}));
    EXPECT_EQ(from("AFTER_SEQUENCE_NUMBER", numbers[0]), (Texts{"d", "e"}));
    EXPECT_EQ(from("AFTER_SEQUENCE_NUMBER", numbers[2]), (Texts{"d", "e"}));
    const auto after_all = get(
        iterator("s", "AFTER_SEQUENCE_NUMBER", fmt::format(R"(,"StartingSequenceNumber":"{}")", numbers[4])));
    EXPECT_EQ(after_all.at("MillisBehindLatest").as_int64(), 0);
    const std::string added = put("s", "k", "new");
    EXPECT_GT(added, numbers[4]);
    EXPECT_EQ(read(text_of(after_all, "NextShardIterator")), Texts{"new"});
    EXPECT_EQ(read(iterator("s", "LATEST")), Texts{});
}

TEST_F(RecordOperations, SequenceNumbersIncrease) {
    const std::string first = put("s", "k", "1");
    const std::string second = put("s", "k", "2");
    EXPECT_EQ(first.size(), 56U);
    EXPECT_LT(first, second);
    ok("PutRecord",
       fmt::format(R"({{"StreamName":"s","PartitionKey":"k","Data":"","SequenceNumberForOrdering":"{}"}})",
                   second));
    auto future = *parse_sequence_number(second);
    future.shard_created = clock_.now() + Milliseconds{1};
    EXPECT_THAT(
        error("PutRecord",
              fmt::format(
                  R"({{"StreamName":"s","PartitionKey":"k","Data":"","SequenceNumberForOrdering":"{}"}})",
                  to_string(future))),
        testing::HasSubstr("used in PutRecord on stream s under account 000000000000 is invalid."));
    EXPECT_EQ(error("PutRecord",
                    R"({"StreamName":"s","PartitionKey":"k","Data":"","SequenceNumberForOrdering":"5"})"),
              "InvalidArgumentException: ExclusiveMinimumSequenceNumber 5 used in PutRecord on stream s "
              "under account "
              "000000000000 is invalid.");
}

TEST_F(RecordOperations, ADryRunChecksAndDoesNothing) {
    const std::string passed =
        "DryRunOperationException: Request would have succeeded, but DryRun flag is set.";
    EXPECT_EQ(error("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":"","DryRun":true})"), passed);
    EXPECT_EQ(
        error("PutRecords", R"({"StreamName":"s","Records":[{"PartitionKey":"k","Data":""}],"DryRun":true})"),
        passed);
    EXPECT_EQ(error("GetRecords",
                    fmt::format(R"({{"ShardIterator":"{}","DryRun":true}})", iterator("s", "TRIM_HORIZON"))),
              passed);
    const std::string from = R"({"StreamName":"s","ShardId":"shardId-000000000000","DryRun":true,)";
    EXPECT_EQ(error("GetShardIterator", from + R"("ShardIteratorType":"LATEST"})"), passed);
    EXPECT_EQ(error("GetShardIterator", from + R"("ShardIteratorType":"AT_TIMESTAMP"})").substr(0, 24),
              "InvalidArgumentException");
    EXPECT_EQ(error("PutRecord", R"({"StreamName":"no","PartitionKey":"k","Data":"","DryRun":true})"),
              "ResourceNotFoundException: Stream no under account 000000000000 not found.");
    EXPECT_EQ(read(iterator("s", "TRIM_HORIZON")), std::vector<std::string>{});
    ok("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":"","DryRun":false})");
}

TEST_F(RecordOperations, ShardsByHashKey) {
    create_stream("two", 2);
    const auto shard = [&](const std::string& more) {
        return text_of(ok("PutRecord", fmt::format(R"({{"StreamName":"two","Data":"",{}}})", more)),
                       "ShardId");
    };
    EXPECT_EQ(shard(R"("PartitionKey":"a")"), "shardId-000000000000");  // MD5 0c...
    EXPECT_EQ(shard(R"("PartitionKey":"b")"), "shardId-000000000001");  // MD5 92...
    EXPECT_EQ(shard(R"("PartitionKey":"a","ExplicitHashKey":"170141183460469231731687303715884105727")"),
              "shardId-000000000000");
    EXPECT_EQ(shard(R"("PartitionKey":"a","ExplicitHashKey":"170141183460469231731687303715884105728")"),
              "shardId-000000000001");
    EXPECT_EQ(error("PutRecord", R"({"StreamName":"two","Data":"","PartitionKey":"a",
                                     "ExplicitHashKey":"340282366920938463463374607431768211456"})"),
              "InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, "
              "2^128-1]. "
              "Specified value was 340282366920938463463374607431768211456");
}

TEST_F(RecordOperations, RecordSizeCountsDataAndKey) {
    ok("PutRecord", fmt::format(R"({{"StreamName":"s",{}}})", record("key", 1_MiB - 3)));
    EXPECT_TRUE(error("PutRecord", fmt::format(R"({{"StreamName":"s",{}}})", record("key", 1_MiB - 2)))
                    .starts_with("InvalidArgumentException: Record of 1048577 bytes"));
    ok("UpdateMaxRecordSize",
       R"({"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s","MaxRecordSizeInKiB":10240})");
    ok("PutRecord", fmt::format(R"({{"StreamName":"s",{}}})", record("key", 10_MiB - 3)));
    EXPECT_TRUE(error("PutRecord", fmt::format(R"({{"StreamName":"s",{}}})", record("key", 10_MiB - 2)))
                    .starts_with("InvalidArgumentException"));
    EXPECT_EQ(get(iterator("s", "TRIM_HORIZON")).at("Records").as_array().size(), 1U)
        << "no more than 10 MiB at once";
}

TEST_F(RecordOperations, PutRecordsIsOneAppendInOrder) {
    create_stream("two", 2);
    const std::size_t appends = store_.appends();
    const auto output = ok("PutRecords", R"({"StreamName":"two","Records":[
        {"PartitionKey":"a","Data":"MQ=="},{"PartitionKey":"b","Data":"Mg=="},{"PartitionKey":"a","Data":"Mw=="}]})");
    EXPECT_EQ(store_.appends(), appends + 1);
    EXPECT_EQ(output.at("FailedRecordCount").as_int64(), 0);
    const auto& results = output.at("Records").as_array();
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(text_of(results[0].as_object(), "ShardId"), "shardId-000000000000");
    EXPECT_EQ(text_of(results[1].as_object(), "ShardId"), "shardId-000000000001");
    EXPECT_LT(text_of(results[0].as_object(), "SequenceNumber"),
              text_of(results[2].as_object(), "SequenceNumber"));
    EXPECT_EQ(read(iterator("two", "TRIM_HORIZON")), (Texts{"1", "3"}));
}

TEST_F(RecordOperations, PutRecordsLimits) {
    const auto records = [&](std::size_t count, std::size_t bytes) {
        std::string list;
        for (std::size_t i = 0; i < count; ++i)
            list += fmt::format("{}{{{}}}", i == 0 ? "" : ",", record("k", bytes));
        return fmt::format(R"({{"StreamName":"s","Records":[{}]}})", list);
    };
    EXPECT_EQ(ok("PutRecords", records(500, 0)).at("Records").as_array().size(), 500U);
    EXPECT_TRUE(error("PutRecords", records(501, 0)).starts_with("ValidationException"));
    ok("PutRecords", records(10, 1_MiB - 1));
    const std::size_t appends = store_.appends();
    EXPECT_EQ(error("PutRecords", records(11, 1_MiB - 1)),
              "InvalidArgumentException: Records size exceeds 10 MB limit");
    EXPECT_TRUE(error("PutRecords", records(2, 1_MiB)).starts_with("InvalidArgumentException"));
    EXPECT_EQ(error("PutRecords", records(2, 1_MiB + 1)),
              "ValidationException: 1 validation error detected: Value at 'records.1.member.data' failed to "
              "satisfy constraint: Member must have length less than or equal to 1048576");
    EXPECT_EQ(
        error("PutRecord", fmt::format(R"({{"StreamName":"s",{}}})", record("key", 1_MiB + 1))),
        "ValidationException: 1 validation error detected: Value at 'data' failed to satisfy constraint: "
        "Member must have length less than or equal to 1048576");
    EXPECT_EQ(store_.appends(), appends);
}

TEST_F(RecordOperations, RefusedWrites) {
    store_.fail_writes(Error{ErrorCode::kUnavailable, "the disk is full"});
    const auto answer = call("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":""})");
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(error_of(answer), "InternalFailure: the disk is full");
    const auto output = ok("PutRecords", R"({"StreamName":"s","Records":[
        {"PartitionKey":"a","Data":""},{"PartitionKey":"b","Data":""}]})");
    EXPECT_EQ(output.at("FailedRecordCount").as_int64(), 2);
    for (const auto& result : output.at("Records").as_array()) {
        EXPECT_EQ(text_of(result.as_object(), "ErrorCode"), "InternalFailure");
        EXPECT_EQ(text_of(result.as_object(), "ErrorMessage"), "the disk is full");
        EXPECT_FALSE(result.as_object().contains("SequenceNumber"));
    }
}

TEST_F(RecordOperations, EveryIteratorType) {
    Texts numbers;
    std::vector<WallTime> times;
    for (const char* data : {"0", "1", "2"}) {
        times.push_back(clock_.now());
        numbers.push_back(put("s", "k", data));
        clock_.advance(Seconds{10});
    }
    const auto number = [&](std::size_t i) {
        return fmt::format(R"(,"StartingSequenceNumber":"{}")", numbers[i]);
    };
    const auto time = [&](WallTime at) {
        return fmt::format(R"(,"Timestamp":{}.{:03})", to_millis(at) / 1000, to_millis(at) % 1000);
    };
    EXPECT_EQ(read(iterator("s", "TRIM_HORIZON")), (Texts{"0", "1", "2"}));
    EXPECT_EQ(read(iterator("s", "LATEST")), Texts{});
    EXPECT_EQ(read(iterator("s", "AT_SEQUENCE_NUMBER", number(1))), (Texts{"1", "2"}));
    EXPECT_EQ(read(iterator("s", "AFTER_SEQUENCE_NUMBER", number(1))), Texts{"2"});
    EXPECT_EQ(read(iterator("s", "AFTER_SEQUENCE_NUMBER", number(2))), Texts{});
    EXPECT_EQ(read(iterator("s", "AT_TIMESTAMP", time(times[1]))), (Texts{"1", "2"}));
    EXPECT_EQ(read(iterator("s", "AT_TIMESTAMP", time(times[1] + Milliseconds{1}))), Texts{"2"});
    EXPECT_EQ(read(iterator("s", "AT_TIMESTAMP", R"(,"Timestamp":0)")), (Texts{"0", "1", "2"}));
}

TEST_F(RecordOperations, TheStartingSequenceNumberIsBeforeTheFirstRecord) {
    const auto shards = ok("ListShards", R"({"StreamName":"s"})").at("Shards").as_array();
    const std::string start =
        text_of(shards[0].as_object().at("SequenceNumberRange").as_object(), "StartingSequenceNumber");
    put("s", "k", "first");
    for (const char* type : {"AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"}) {
        EXPECT_EQ(read(iterator("s", type, fmt::format(R"(,"StartingSequenceNumber":"{}")", start))),
                  Texts{"first"});
    }
}

TEST_F(RecordOperations, LatestIsPinned) {
    const std::string latest = iterator("s", "LATEST");
    put("s", "k", "later");
    EXPECT_EQ(read(latest), Texts{"later"});
    EXPECT_EQ(read(latest), Texts{"later"}) << "an iterator is not used up";
}

TEST_F(RecordOperations, IteratorRequestsAreChecked) {
    const auto refused = [&](const std::string& type, const std::string& more = "",
                             const std::string& shard = "shardId-000000000000") {
        return error("GetShardIterator",
                     fmt::format(R"({{"StreamName":"s","ShardId":"{}","ShardIteratorType":"{}"{}}})", shard,
                                 type, more));
    };
    const std::string number = put("s", "k", "");
    EXPECT_EQ(refused("LATEST", "", "shardId-000000000001"),
              "ResourceNotFoundException: Shard shardId-000000000001 in stream s under account 000000000000 "
              "does not exist");
    EXPECT_EQ(refused("LATEST", "", "1").substr(0, 65), refused("LATEST", "", "any-1").substr(0, 65));
    EXPECT_EQ(refused("LATEST", "", "any-0"), "200");
    EXPECT_EQ(
        refused("LATEST", "", "ABKLFD8"),
        "ResourceNotFoundException: Could not find shard ABKLFD8 in stream s under account 000000000000.");
    for (const auto& [shard, answer] : std::vector<std::pair<std::string, std::string>>{
             {"shardId-7",
              "Shard shardId-000000000007 in stream no under account 000000000000 does not exist"},
             {"2147483648", "Could not find shard 2147483648 in stream no under account 000000000000."}}) {
        EXPECT_EQ(
            error("GetShardIterator",
                  fmt::format(R"({{"StreamName":"no","ShardId":"{}","ShardIteratorType":"LATEST"}})", shard)),
            "ResourceNotFoundException: " + answer);
    }
    EXPECT_TRUE(refused("AT_SEQUENCE_NUMBER")
                    .ends_with("Request specified AT_SEQUENCE_NUMBER and no StartingSequenceNumber."));
    EXPECT_TRUE(refused("LATEST", fmt::format(R"(,"StartingSequenceNumber":"{}")", number))
                    .ends_with("also a StartingSequenceNumber."));
    EXPECT_TRUE(refused("AT_TIMESTAMP").ends_with("Current request has no timestamp parameter."));
    EXPECT_TRUE(refused("AT_TIMESTAMP", R"(,"Timestamp":99999999999)")
                    .contains("cannot be greater than the currentTimestampInMillis"));
    EXPECT_EQ(refused("AT_SEQUENCE_NUMBER", R"(,"StartingSequenceNumber":"7")"),
              "InvalidArgumentException: StartingSequenceNumber 7 used in GetShardIterator on shard "
              "shardId-000000000000 in "
              "stream s under account 000000000000 is invalid.");
    auto parsed = parse_sequence_number(number);
    ASSERT_TRUE(parsed);
    const auto with = [](const SequenceNumber& other) {
        return fmt::format(R"(,"StartingSequenceNumber":"{}")", to_string(other));
    };
    SequenceNumber other = *parsed;
    other.position = 2;
    EXPECT_TRUE(refused("AT_SEQUENCE_NUMBER", with(other))
                    .ends_with("is invalid because it did not come from this stream."));
    other = *parsed;
    other.shard_created += Milliseconds{1};
    EXPECT_TRUE(refused("AFTER_SEQUENCE_NUMBER", with(other))
                    .ends_with("is invalid because it did not come from this stream."));
    other = *parsed;
    other.shard_index = 1;
    EXPECT_EQ(refused("AFTER_SEQUENCE_NUMBER", with(other)),
              "InvalidArgumentException: Invalid StartingSequenceNumber. It encodes shardId-000000000001, "
              "while it was used "
              "in a call to a shard with shardId-000000000000");
}

TEST_F(RecordOperations, IteratorsExpire) {
    const std::string old = iterator("s", "TRIM_HORIZON");
    clock_.advance(kIteratorLifetime);
    EXPECT_EQ(read(old), Texts{});
    clock_.advance(Milliseconds{1});
    EXPECT_TRUE(
        error("GetRecords", fmt::format(R"({{"ShardIterator":"{}"}})", old))
            .starts_with(
                "ExpiredIteratorException: Iterator expired. The iterator was created at time Tue Nov 14 "
                "22:13:20 UTC 2023 while right now it is"));
}

TEST_F(RecordOperations, IteratorsSurviveARestart) {
    put("s", "k", "before");
    const std::string start = iterator("s", "TRIM_HORIZON");
    restart();
    EXPECT_EQ(read(start), Texts{"before"});
}

TEST_F(RecordOperations, OnlyOurIteratorsAreTaken) {
    const std::string good = iterator("s", "TRIM_HORIZON");
    std::string forged = good;
    forged[10] = forged[10] == 'A' ? 'B' : 'A';
    for (const std::string& bad :
         {std::string("x"), forged, good + "AAAA", seal_token("something else"), std::string(512, 'A')}) {
        EXPECT_EQ(error("GetRecords", fmt::format(R"({{"ShardIterator":"{}"}})", bad)),
                  "InvalidArgumentException: Invalid ShardIterator.");
    }
    ok("DeleteStream", R"({"StreamName":"s"})");
    EXPECT_EQ(error("GetRecords", fmt::format(R"({{"ShardIterator":"{}"}})", good)),
              "ResourceNotFoundException: Shard shardId-000000000000 in stream s under account 000000000000 "
              "does not exist");
}

TEST_F(RecordOperations, AnIteratorGoesOnInAStreamThatIsMadeAgain) {
    put("s", "k", "before");
    const std::string old = iterator("s", "LATEST");
    ok("DeleteStream", R"({"StreamName":"s"})");
    create_stream("s");
    put("s", "k", "first");
    auto page = get(old);
    ASSERT_EQ(page.at("Records").as_array().size(), 1U);
    put("s", "k", "second");
    EXPECT_EQ(read(text_of(page, "NextShardIterator")), Texts{"second"});
}

TEST_F(RecordOperations, ReadingOn) {
    for (const char* data : {"0", "1", "2"}) put("s", "k", data);
    clock_.advance(Seconds{5});
    auto page = get(iterator("s", "TRIM_HORIZON"), R"(,"Limit":2)");
    const auto& records = page.at("Records").as_array();
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(text_of(records[0].as_object(), "PartitionKey"), "k");
    EXPECT_EQ(page.at("MillisBehindLatest").as_int64(), 5000);
    page = get(text_of(page, "NextShardIterator"));
    EXPECT_EQ(page.at("Records").as_array().size(), 1U);
    EXPECT_EQ(page.at("MillisBehindLatest").as_int64(), 0);
    page = get(text_of(page, "NextShardIterator"));
    EXPECT_EQ(page.at("Records").as_array().size(), 0U);
    put("s", "k", "3");
    EXPECT_EQ(read(text_of(page, "NextShardIterator")), Texts{"3"});
}

TEST_F(RecordOperations, BehindIsNeverZeroWithRecordsLeft) {
    put("s", "k", "0");
    put("s", "k", "1");
    EXPECT_EQ(get(iterator("s", "TRIM_HORIZON"), R"(,"Limit":1)").at("MillisBehindLatest").as_int64(), 1);
}

TEST_F(RecordOperations, LimitOfTenThousand) {
    const std::string start = iterator("s", "TRIM_HORIZON");
    EXPECT_TRUE(error("GetRecords", fmt::format(R"({{"ShardIterator":"{}","Limit":10001}})", start))
                    .starts_with("ValidationException"));
    std::string list;
    for (int i = 0; i < 500; ++i)
        list += fmt::format(R"({}{{"PartitionKey":"k","Data":""}})", i == 0 ? "" : ",");
    for (int i = 0; i < 21; ++i)
        ok("PutRecords", fmt::format(R"({{"StreamName":"s","Records":[{}]}})", list));
    EXPECT_EQ(get(start).at("Records").as_array().size(), 10'000U);
    EXPECT_EQ(get(start, R"(,"Limit":10000)").at("Records").as_array().size(), 10'000U);
}

}  // namespace
}  // namespace millrace::kinesis

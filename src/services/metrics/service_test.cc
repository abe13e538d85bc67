#include "services/metrics/service.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing.h"
#include "codec/json.h"
#include "services/metrics/limits.h"

namespace millrace::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

// The clock stands at the twentieth second of a minute.
constexpr std::int64_t kMinute = 1'699'999'980;

class MetricsTest : public testing::Test {
  protected:
    MetricsTest() { service_.register_operations(registry_); }

    std::string call(std::string_view operation, const std::string& json) {
        return aws::testing::call(registry_, operation, json, context_).body;
    }
    /// What stands in MetricData.
    std::string put(const std::string& datums) {
        return call("PutMetricData", fmt::format(R"({{"Namespace":"app","MetricData":[{}]}})", datums));
    }
    std::string put_value(double value, std::int64_t minutes_ago = 0, const std::string& more = {}) {
        return put(fmt::format(R"({{"MetricName":"m","Value":{},"Timestamp":{}{}}})", value,
                               kMinute - 60 * minutes_ago, more));
    }
    std::string statistics(const std::string& more, int minutes = 10, int period = 60) {
        return call(
            "GetMetricStatistics",
            fmt::format(R"({{"Namespace":"app","MetricName":"m","StartTime":{},"EndTime":{},"Period":{}{}}})",
                        kMinute - 60 * (minutes - 1), kMinute + 60, period, more));
    }
    std::string sums(int minutes = 10, int period = 60) {
        return statistics(R"(,"Statistics":["Sum"])", minutes, period);
    }
    /// One query for each text, all of the last ten minutes.
    std::string data(const std::string& queries, const std::string& more = {}) {
        return call("GetMetricData",
                    fmt::format(R"({{"MetricDataQueries":[{}],"StartTime":{},"EndTime":{}{}}})", queries,
                                kMinute - 60 * 9, kMinute + 60, more));
    }
    static std::string query(const std::string& id, const std::string& stat = "Sum",
                             const std::string& more = {}, int period = 60) {
        return fmt::format(
            R"({{"Id":"{}","MetricStat":{{"Metric":{{"Namespace":"app","MetricName":"m"}},"Period":{},"Stat":"{}"}}{}}})",
            id, period, stat, more);
    }

    ManualClock clock_;
    Service service_{clock_};
    aws::Registry registry_;
    aws::RequestContext context_ = aws::testing::test_context();
};

TEST_F(MetricsTest, ValuesBecomeStatistics) {
    EXPECT_EQ(put_value(2), "");
    EXPECT_EQ(put_value(5), "");
    EXPECT_EQ(put(R"({"MetricName":"m","Values":[1,3],"Counts":[2,1]})"), "") << "now";
    EXPECT_EQ(
        put(fmt::format(
            R"({{"MetricName":"m","Timestamp":{},"StatisticValues":{{"SampleCount":4,"Sum":10,"Minimum":0.5,"Maximum":9}}}})",
            kMinute)),
        "");
    EXPECT_EQ(
        statistics(R"(,"Statistics":["SampleCount","Average","Sum","Minimum","Maximum"])"),
        fmt::format(
            R"({{"Label":"m","Datapoints":[{{"Timestamp":{},"SampleCount":9.0,"Average":{},"Sum":22.0,"Minimum":0.5,"Maximum":9.0,"Unit":"None"}}]}})",
            kMinute, 22.0 / 9));
    EXPECT_THAT(sums(), Not(HasSubstr("Average")));
}

TEST_F(MetricsTest, PeriodsBeginAtTheStart) {
    for (int ago = 0; ago < 5; ++ago) put_value(1 << ago, ago);
    // Minutes 0 and 1, 2 and 3, 4 and 5 ago.
    EXPECT_EQ(
        sums(6, 120),
        fmt::format(
            R"({{"Label":"m","Datapoints":[{{"Timestamp":{},"Sum":16.0,"Unit":"None"}},{{"Timestamp":{},"Sum":12.0,"Unit":"None"}},{{"Timestamp":{},"Sum":3.0,"Unit":"None"}}]}})",
            kMinute - 300, kMinute - 180, kMinute - 60));
    EXPECT_THAT(sums(5, 300), HasSubstr(R"("Sum":31.0)"));
}

TEST_F(MetricsTest, UnitsAndDimensionsTellMetricsApart) {
    put_value(1);
    put_value(2, 0, R"(,"Unit":"Seconds")");
    put_value(4, 0, R"(,"Dimensions":[{"Name":"d","Value":"x"}])");
    EXPECT_THAT(statistics(R"(,"Statistics":["Sum"],"Unit":"Seconds")"),
                AllOf(HasSubstr(R"("Sum":2.0,"Unit":"Seconds")"), Not(HasSubstr(R"("Unit":"None")"))));
    EXPECT_THAT(sums(), AllOf(HasSubstr(R"("Sum":1.0,"Unit":"None")"), HasSubstr(R"("Sum":2)")));
    EXPECT_THAT(statistics(R"(,"Statistics":["Sum"],"Dimensions":[{"Name":"d","Value":"x"}])"),
                HasSubstr(R"("Sum":4)"));
    EXPECT_THAT(data(query("a")), HasSubstr(R"("Values":[3.0])")) << "without a unit, all together";
    context_.scope.region = "eu-west-1";
    EXPECT_THAT(sums(), HasSubstr(R"("Datapoints":[])"));
}

TEST_F(MetricsTest, LimitsOfARequest) {
    const auto datums = [](std::size_t count) {
        std::string all;
        for (std::size_t i = 0; i < count; ++i)
            all += (i == 0 ? "" : ",") + std::string(R"({"MetricName":"m","Value":1})");
        return all;
    };
    EXPECT_EQ(put(datums(kDatumsMax)), "");
    EXPECT_THAT(put(datums(kDatumsMax + 1)),
                HasSubstr("The collection MetricData must not have a size greater than 1000."));
    const auto values = [](std::size_t count) {
        std::string all = "1";
        for (std::size_t i = 1; i < count; ++i) all += ",1";
        return fmt::format(R"({{"MetricName":"m","Values":[{}]}})", all);
    };
    EXPECT_EQ(put(values(kValuesMax)), "");
    EXPECT_THAT(put(values(kValuesMax + 1)),
                HasSubstr("MetricData.member.1.Values must not have a size greater than 150."));
    const auto dimensions = [](int count) {
        std::string all;
        for (int i = 0; i < count; ++i)
            all += fmt::format(R"({}{{"Name":"d{}","Value":"v"}})", i == 0 ? "" : ",", i);
        return fmt::format(R"({{"MetricName":"m","Value":1,"Dimensions":[{}]}})", all);
    };
    EXPECT_EQ(put(dimensions(30)), "");
    EXPECT_THAT(put(dimensions(31)), HasSubstr("Member must have length less than or equal to 30"));
}

TEST_F(MetricsTest, LimitsOfTime) {
    const auto at = [&](Milliseconds offset) {
        return put(fmt::format(R"({{"MetricName":"m","Value":1,"Timestamp":{:.3f}}})",
                               static_cast<double>(to_millis(clock_.now() + offset)) / 1000));
    };
    EXPECT_EQ(at(-kPastMax), "");
    EXPECT_THAT(at(-kPastMax - Milliseconds{1}), HasSubstr("must specify a time within the past two weeks."));
    EXPECT_EQ(at(kFutureMax), "");
    EXPECT_THAT(at(kFutureMax + Milliseconds{1}), HasSubstr("no more than two hours in the future."));
}

TEST_F(MetricsTest, RefusesDatumsThatSayNothingOrTooMuch) {
    for (
        const auto& [datum, message] : std::map<std::string, std::string>{
            {R"({"MetricName":"m"})", "The parameter MetricData.member.1.Value is required."},
            {R"({"MetricName":"m","Value":1,"Values":[1]})",
             "are mutually exclusive and you have specified both."},
            {R"({"MetricName":"m","Values":[1.0],"Counts":[1,2]})", "must be of the same size."},
            {R"({"MetricName":"m","Values":[1],"Counts":[0]})",
             "The value 0 for parameter MetricData.member.1.Counts.member.1 is invalid."},
            {R"({"MetricName":"m","Value":1e200})", "for parameter MetricData.member.1.Value is invalid."},
            {R"({"MetricName":"m","Value":1,"StorageResolution":1})",
             "A StorageResolution of 1 is not offered by Millrace yet; see docs/compatibility.md"},
            {R"({"MetricName":"m","Value":1,"StorageResolution":30})",
             "must be a value in the set [ 1, 60 ]."},
            {R"({"MetricName":"m","Value":1,"Dimensions":[{"Name":"d","Value":"a"},{"Name":"d","Value":"b"}]})",
             "must not name the dimension d twice."},
            {R"({"MetricName":"m","StatisticValues":{"SampleCount":1,"Sum":1,"Minimum":2,"Maximum":1}})",
             "Maximum must be greater than"}}) {
        EXPECT_THAT(put(datum), HasSubstr(message)) << datum;
    }
    EXPECT_THAT(put(""), HasSubstr("The parameter MetricData is required."));
    EXPECT_THAT(
        call("PutMetricData", R"({"Namespace":"AWS/Lambda","MetricData":[{"MetricName":"m","Value":1}]})"),
        HasSubstr("The value AWS/Lambda for parameter Namespace is invalid."));
    EXPECT_THAT(put(R"({"MetricName":"good","Value":1},{"MetricName":"bad"})"), HasSubstr("member.2.Value"));
    EXPECT_THAT(call("ListMetrics", "{}"), HasSubstr(R"("Metrics":[])")) << "all or nothing";
}

TEST_F(MetricsTest, LimitsOfStatistics) {
    EXPECT_THAT(sums(kStatisticsDatapointsMax), HasSubstr("Datapoints"));
    EXPECT_THAT(sums(kStatisticsDatapointsMax + 1),
                HasSubstr("You have requested up to 1441 datapoints, which exceeds the limit of 1440."));
    EXPECT_THAT(sums(10, 61), HasSubstr("The parameter Period must be a multiple of 60."));
    EXPECT_THAT(sums(10, 30), HasSubstr("A Period below 60 seconds is not offered by Millrace yet"));
    EXPECT_THAT(sums(0), HasSubstr("The parameter StartTime must be less than the parameter EndTime."));
    EXPECT_THAT(statistics(""), HasSubstr("InvalidParameterCombination"));
    EXPECT_THAT(statistics(R"(,"ExtendedStatistics":["p99"])"),
                HasSubstr("ExtendedStatistics is not offered by Millrace yet; see docs/compatibility.md"));
}

TEST_F(MetricsTest, ListsWhatFilterLeavePageByPage) {
    put_value(1, 0, R"(,"Dimensions":[{"Name":"a","Value":"1"},{"Name":"b","Value":"2"}])");
    put_value(1, 200);
    const auto count = [&](const std::string& filter) {
        const auto listed = codec::parse_json(call("ListMetrics", filter)).value();
        return listed.at("Metrics").as_array().size();
    };
    EXPECT_EQ(count("{}"), 2U);
    EXPECT_EQ(count(R"({"Namespace":"app","MetricName":"m"})"), 2U);
    EXPECT_EQ(count(R"({"Namespace":"other"})"), 0U);
    EXPECT_EQ(count(R"({"Dimensions":[{"Name":"b"}]})"), 1U);
    EXPECT_EQ(count(R"({"Dimensions":[{"Name":"b","Value":"1"}]})"), 0U);
    EXPECT_EQ(count(R"({"RecentlyActive":"PT3H"})"), 1U);
    for (std::size_t i = 2; i < kMetricsPageMax; ++i)
        put(fmt::format(R"({{"MetricName":"m{}","Value":1}})", i));
    EXPECT_THAT(call("ListMetrics", "{}"), Not(HasSubstr("NextToken")));
    put(R"({"MetricName":"last","Value":1})");
    const auto first = codec::parse_json(call("ListMetrics", "{}")).value();
    EXPECT_EQ(first.at("Metrics").as_array().size(), kMetricsPageMax);
    const std::string token(first.at("NextToken").as_string());
    EXPECT_EQ(call("ListMetrics", fmt::format(R"({{"NextToken":"{}"}})", token)),
              R"({"Metrics":[{"Namespace":"app","MetricName":"last","Dimensions":[]}]})");
    EXPECT_THAT(call("ListMetrics", R"({"NextToken":"x"})"), HasSubstr("InvalidParameterValue"));
    EXPECT_THAT(call("ListMetrics", R"({"IncludeLinkedAccounts":true})"), HasSubstr("not offered"));
}

TEST_F(MetricsTest, DataComesInEitherOrderAndInPages) {
    for (int ago = 0; ago < 3; ++ago) put_value(1 << ago, ago);
    EXPECT_EQ(
        data(query("a") + "," + query("hidden", "Sum", R"(,"ReturnData":false)") + "," +
             query("b", "Maximum", R"(,"Label":"most")", 600)),
        fmt::format(
            R"({{"MetricDataResults":[{{"Id":"a","Label":"m","Timestamps":[{},{},{}],"Values":[1.0,2.0,4.0],"StatusCode":"Complete"}},)"
            R"({{"Id":"b","Label":"most","Timestamps":[{}],"Values":[4.0],"StatusCode":"Complete"}}],"Messages":[]}})",
            kMinute, kMinute - 60, kMinute - 120, kMinute - 540));
    EXPECT_THAT(data(query("a"), R"(,"ScanBy":"TimestampAscending")"), HasSubstr("[4.0,2.0,1.0]"));
    const std::string two = query("a") + "," + query("b");
    EXPECT_THAT(data(two, R"(,"MaxDatapoints":6)"), Not(HasSubstr("NextToken")));
    const std::string first = data(two, R"(,"MaxDatapoints":4)");
    EXPECT_THAT(first, AllOf(HasSubstr(R"("Values":[1.0,2.0,4.0],"StatusCode":"Complete")"),
                             HasSubstr(R"("Values":[1.0],"StatusCode":"PartialData")"),
                             HasSubstr(R"("NextToken":"4")")));
    EXPECT_THAT(data(two, R"(,"MaxDatapoints":4,"NextToken":"4")"),
                AllOf(HasSubstr(R"("Id":"b")"), HasSubstr(R"("Values":[2.0,4.0],"StatusCode":"Complete")"),
                      Not(HasSubstr(R"("Id":"a")")), Not(HasSubstr("NextToken"))));
    EXPECT_THAT(data(two, R"(,"NextToken":"x")"), HasSubstr("InvalidNextToken"));
}

TEST_F(MetricsTest, QueriesThatAreRefused) {
    for (const auto& [queries, message] : std::map<std::string, std::string>{
             {R"({"Id":"e","Expression":"a + b"})",
              "Expression is not offered by Millrace yet; see docs/compatibility.md"},
             {query("a", "p99"), "The statistic p99 is not offered by Millrace yet"},
             {query("A"), "is not matching the expected pattern"},
             {query("a") + "," + query("a"), "are not unique."},
             {query("a", "Sum", R"(,"Label":"${MAX}")"), "A dynamic label is not offered"},
             {query("a", "Sum", R"(,"AccountId":"111111111111")"),
              "The AccountId of another account is not offered"},
             {query("a", "Sum", {}, 90), "must be a multiple of 60."},
             {R"({"Id":"a"})", "MetricDataQueries.member.1.MetricStat is required."},
             {"", "The parameter MetricDataQueries is required."}}) {
        EXPECT_THAT(data(queries), AllOf(HasSubstr("ValidationError"), HasSubstr(message))) << queries;
    }
    std::string many;
    for (std::size_t i = 0; i < kQueriesMax; ++i) many += (i == 0 ? "" : ",") + query(fmt::format("a{}", i));
    EXPECT_THAT(data(many), HasSubstr("MetricDataResults"));
    EXPECT_THAT(data(many + "," + query("b")), HasSubstr("must not have a size greater than 500."));
    EXPECT_THAT(data(query("a"), R"(,"MaxDatapoints":100800)"), HasSubstr("MetricDataResults"));
    EXPECT_THAT(data(query("a"), R"(,"MaxDatapoints":100801)"), HasSubstr("ValidationError"));
}

TEST_F(MetricsTest, AResetForgetsEverything) {
    put_value(1);
    service_.reset();
    EXPECT_EQ(call("ListMetrics", "{}"), R"({"Metrics":[]})");
}

}  // namespace
}  // namespace millrace::metrics

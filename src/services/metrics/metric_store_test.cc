#include "services/metrics/metric_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/metrics/metric_port.h"

namespace millrace::metrics {
namespace {

using namespace std::chrono_literals;

ports::MetricId named(std::string name) {
    return {.scope = {.account = "000000000000", .region = "us-east-1"},
            .name_space = "n",
            .name = std::move(name),
            .dimensions = {}};
}

class MetricStoreTest : public testing::Test {
  protected:
    void open(StoreLimits limits) { store_.emplace(clock_, limits); }
    void add(const std::string& name, Milliseconds ago = 0ms, double value = 1) {
        store_->add(named(name), "None", clock_.now() - ago, Statistics::of(value));
    }
    /// Minutes that have values; 0 when the metric is not there.
    std::size_t points(const std::string& name) {
        const auto* metric = store_->find(named(name));
        return metric == nullptr ? 0 : metric->units.at("None")->points.size();
    }

    ManualClock clock_;
    std::optional<MetricStore> store_;
};

TEST_F(MetricStoreTest, ValuesOfAMinuteAreOnePoint) {
    open({});
    add("a", 0ms, 2);
    add("a", 0ms, 5);
    add("a", 60s, 9);
    const auto& points = store_->find(named("a"))->units.at("None")->points;
    ASSERT_EQ(points.size(), 2U);
    EXPECT_EQ(points.rbegin()->second, (Statistics{.count = 2, .sum = 7, .minimum = 2, .maximum = 5}));
}

TEST_F(MetricStoreTest, PointsGoAfterTheirTime) {
    open({});
    add("a");
    clock_.advance(kRetention);
    EXPECT_EQ(points("a"), 1U);
    clock_.advance(60s);
    EXPECT_EQ(points("a"), 0U);
    EXPECT_TRUE(store_->metrics().empty());
}

TEST_F(MetricStoreTest, BeyondTheLimitTheOldestPointGoes) {
    open({.points_max = 3});
    add("a", 5min);
    add("b", 4min);
    add("a", 3min);
    EXPECT_EQ(points("a") + points("b"), 3U);
    add("b", 3min, 7);
    EXPECT_EQ(points("a"), 1U);
    EXPECT_EQ(points("b"), 2U);
    add("c");
    add("c", 60s);
    EXPECT_EQ(points("b") + points("a"), 1U);
}

TEST_F(MetricStoreTest, BeyondTheLimitTheSeriesThatWaitedLongestGoes) {
    open({.series_max = 2});
    add("a");
    add("b");
    clock_.advance(60s);
    add("a");
    EXPECT_EQ(points("a") + points("b"), 3U);
    add("c");
    EXPECT_EQ(points("b"), 0U);
    EXPECT_EQ(points("a"), 2U);
    EXPECT_EQ(points("c"), 1U);
}

TEST_F(MetricStoreTest, ACounterOutlivesWhatTheStoreForgets) {
    open({.series_max = 1});
    MetricPort port(*store_);
    const auto a = port.counter(named("a"), "None");
    const auto b = port.counter(named("b"), "None");
    EXPECT_TRUE(store_->metrics().empty()) << "without a value there is no metric";
    a->add(1);
    a->add(2);
    EXPECT_EQ(store_->find(named("a"))->units.at("None")->points.begin()->second.sum, 3);
    b->add(1);
    EXPECT_EQ(points("a"), 0U);
    a->add(4);
    EXPECT_EQ(store_->find(named("a"))->units.at("None")->points.begin()->second.sum, 4);
    store_->clear();
    a->add(5);
    EXPECT_EQ(store_->find(named("a"))->units.at("None")->points.begin()->second.sum, 5);
    clock_.advance(60s);
    a->add(6);
    EXPECT_EQ(points("a"), 2U);
}

}  // namespace
}  // namespace millrace::metrics

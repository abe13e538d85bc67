#include "storage/ring.h"

#include <algorithm>
#include <deque>
#include <gmock/gmock.h>
#include <memory>

namespace millrace::storage {
namespace {

using testing::ElementsAre;

TEST(RingTest, KeepsOrderWhileItGrowsWrapsAndShrinks) {
    Ring<std::unique_ptr<int>> ring;
    std::deque<int> expected;
    int next = 0;
    for (const int target : {3, 1000, 40, 41, 5000, 0, 7}) {
        for (; std::ssize(expected) < target; ++next) {
            ring.push_back(std::make_unique<int>(next));
            expected.push_back(next);
        }
        for (int i = 0; i < 100 && target > 0; ++i, ++next) {
            ring.push_back(std::make_unique<int>(next));
            expected.push_back(next);
            ring.pop_front();
            expected.pop_front();
        }
        for (; std::ssize(expected) > target; expected.pop_front()) ring.pop_front();
        ASSERT_EQ(ring.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(*ring[i], expected[i]);
    }
    EXPECT_EQ(*ring.front(), expected.front());
    EXPECT_EQ(*ring.back(), expected.back());
}

TEST(RingTest, IsSearchedLikeAVector) {
    Ring<int> ring;
    for (int i = 0; i < 100; ++i) {
        ring.push_back(i);
        if (ring.size() > 10) ring.pop_front();
    }
    EXPECT_EQ(*std::lower_bound(ring.begin(), ring.end(), 95), 95);
    ring.push_front(-1);
    EXPECT_THAT(ring, ElementsAre(-1, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99));
    ring.clear();
    EXPECT_TRUE(ring.empty());
}

}  // namespace
}  // namespace millrace::storage

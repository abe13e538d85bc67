#include "services/lambda/execution/debug_ports.h"

#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

TEST(DebugPorts, AreTheFirstOnesThatAreFree) {
    DebugPorts ports(9229);
    EXPECT_EQ(ports.take(), 9229);
    EXPECT_EQ(ports.take(), 9230);
    ports.give_back(9229);
    EXPECT_EQ(ports.take(), 9229);
    EXPECT_EQ(ports.take(), 9231);
}

TEST(DebugPorts, EndWithTheLastPort) {
    DebugPorts ports(65535);
    EXPECT_EQ(ports.take(), 65535);
    EXPECT_EQ(ports.take(), 0);
}

TEST(DebugPorts, AreNoneUnlessAskedFor) {
    DebugPorts none(0);
    EXPECT_EQ(none.take(), 0);
}

}  // namespace
}  // namespace millrace::lambda

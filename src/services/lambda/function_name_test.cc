#include "services/lambda/function_name.h"

#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

const aws::Scope kScope{.account = "123456789012", .region = "us-east-1"};

TEST(FunctionName, AllFormsMeanTheSame) {
    for (const char* reference :
         {"f", "f:$LATEST", "function:f", "123456789012:function:f", "us-east-1:123456789012:function:f",
          "arn:aws:lambda:us-east-1:123456789012:function:f",
          "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST", "123456789012:function:f:$LATEST"}) {
        const auto named = resolve_function_name(kScope, reference);
        ASSERT_TRUE(named) << reference;
        EXPECT_EQ(named->name, "f") << reference;
        EXPECT_EQ(named->qualifier, std::string_view(reference).ends_with("$LATEST") ? "$LATEST" : "")
            << reference;
    }
    for (const char* reference : {"f:live", "arn:aws:lambda:us-east-1:123456789012:function:f:live"}) {
        EXPECT_EQ(resolve_function_name(kScope, reference)->qualified_name(), "f:live");
    }
    EXPECT_EQ(resolve_function_name(kScope, "f", "7")->qualified_name(), "f:7");
    EXPECT_EQ(resolve_function_name(kScope, "f:7", "7")->qualified_name(), "f:7");
}

TEST(FunctionName, OtherRegionsAndAccountsAreRefusedAndQualifiersMustAgree) {
    EXPECT_EQ(
        resolve_function_name(kScope, "arn:aws:lambda:eu-west-1:123456789012:function:f").error().message,
        "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')");
    EXPECT_EQ(resolve_function_name(kScope, "999999999999:function:f").error().code, "AccessDeniedException");
    EXPECT_EQ(resolve_function_name(kScope, "f:$LATEST", "7").error().code, "InvalidParameterValueException");
}

}  // namespace
}  // namespace millrace::lambda

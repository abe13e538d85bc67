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
        const auto name = resolve_function_name(kScope, reference);
        ASSERT_TRUE(name) << reference;
        EXPECT_EQ(*name, "f") << reference;
    }
}

TEST(FunctionName, OtherQualifiersRegionsAndAccountsAreNotFound) {
    EXPECT_EQ(resolve_function_name(kScope, "f:live").error().message,
              "Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:live");
    EXPECT_EQ(resolve_function_name(kScope, "f", "7").error().code, "ResourceNotFoundException");
    EXPECT_EQ(
        resolve_function_name(kScope, "arn:aws:lambda:eu-west-1:123456789012:function:f").error().message,
        "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')");
    EXPECT_EQ(resolve_function_name(kScope, "999999999999:function:f").error().code,
              "ResourceNotFoundException");
    EXPECT_EQ(resolve_function_name(kScope, "f:$LATEST", "7").error().code, "InvalidParameterValueException");
}

TEST(FunctionName, NonsenseIsNoCrash) {
    for (const char* reference : {"", ":", ":::::::", "function", "function:", "arn:", "arn:aws:lambda"}) {
        static_cast<void>(resolve_function_name(kScope, reference));
    }
}

}  // namespace
}  // namespace millrace::lambda

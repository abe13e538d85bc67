#include "aws/model/pattern.h"

#include <gtest/gtest.h>
#include <set>

#include "api/cloudformation.h"
#include "api/iam.h"
#include "api/kinesis.h"
#include "api/lambda.h"
#include "api/logs.h"
#include "api/sqs.h"
#include "api/sts.h"

namespace millrace::aws {
namespace {

/// All shapes below a shape.
void collect(const Shape* shape, std::set<const Shape*>& shapes) {
    if (shape == nullptr || !shapes.insert(shape).second) return;
    collect(shape->element, shapes);
    collect(shape->key, shapes);
    for (const Member& member : shape->members) collect(member.shape, shapes);
}

TEST(Pattern, MatchesTheWholeValue) {
    static const Pattern pattern("[a-z]+", "[a-z]+");
    EXPECT_TRUE(pattern.matches("abc"));
    EXPECT_FALSE(pattern.matches("abc1"));
    EXPECT_FALSE(pattern.matches(""));
}

TEST(Pattern, SaysWhenItIsNone) {
    static const Pattern pattern("(", "(");
    EXPECT_FALSE(pattern.valid());
}

TEST(Pattern, EveryModelsPatternsCompile) {
    for (const ServiceModel* service :
         {&api::cloudformation::service_model(), &api::iam::service_model(), &api::kinesis::service_model(),
          &api::lambda::service_model(), &api::logs::service_model(), &api::sqs::service_model(),
          &api::sts::service_model()}) {
        std::set<const Shape*> shapes;
        for (const OperationModel* operation : service->operations) {
            collect(operation->input, shapes);
            collect(operation->output, shapes);
        }
        EXPECT_FALSE(shapes.empty()) << service->name;
        for (const Shape* shape : shapes) {
            const Pattern* pattern = shape->constraints.pattern;
            EXPECT_TRUE(pattern == nullptr || pattern->valid()) << service->name << ' ' << shape->name;
        }
    }
}

TEST(Pattern, JavasEscapesAreTranslated) {
    const Shape* description = nullptr;
    for (const Member& member : api::iam::CreateRole::model().input->members) {
        if (member.name == "Description") description = member.shape;
    }
    ASSERT_NE(description, nullptr);
    EXPECT_TRUE(description->constraints.pattern->matches("plain text, \xc3\xa9"));
    EXPECT_FALSE(description->constraints.pattern->matches("\x01"));
}

}  // namespace
}  // namespace millrace::aws

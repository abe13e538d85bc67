#include "ports/property_types.h"

#include <gtest/gtest.h>

namespace millrace::ports {
namespace {

using Type = PropertyModel::Type;
using Shape = PropertyModel::Shape;

ResourceTypeModel model_of(std::vector<std::string> names, std::string_view types) {
    ResourceTypeModel model{.type = "A::B::C"};
    for (std::string& name : names) model.properties.push_back({.name = std::move(name)});
    return with_types(std::move(model), types);
}

TEST(PropertyTypesTest, TellsTheMembersOfProperties) {
    const ResourceTypeModel model =
        model_of({"Name", "To", "Tags"}, "To{Fail{Arn} Pass{Arn Retries:integer}} Tags[Key Value]");
    EXPECT_TRUE(model.properties[0].members.empty());
    const std::vector<PropertyModel>& to = model.properties[1].members;
    ASSERT_EQ(to.size(), 2U);
    EXPECT_EQ(to[1].name, "Pass");
    ASSERT_EQ(to[1].members.size(), 2U);
    EXPECT_EQ(to[1].members[1].name, "Retries");
    EXPECT_EQ(to[1].members[1].type, Type::kInteger);
    EXPECT_TRUE(to[1].members[1].members.empty());
    EXPECT_EQ(model.properties[2].members.size(), 2U);
}

TEST(PropertyTypesTest, TellsTypesAndShapes) {
    const ResourceTypeModel model = model_of({"Untold", "Text", "On", "Code", "Map", "Tags", "Layers"},
                                             "Text On:boolean Code{Key} Map{} Tags[Key] Layers[]");
    const auto expect = [&](std::size_t index, Type type, Shape shape) {
        EXPECT_EQ(model.properties[index].type, type) << model.properties[index].name;
        EXPECT_EQ(model.properties[index].shape, shape) << model.properties[index].name;
    };
    expect(0, Type::kAny, Shape::kOne);
    expect(1, Type::kText, Shape::kOne);
    expect(2, Type::kBoolean, Shape::kOne);
    expect(3, Type::kObject, Shape::kOne);
    expect(4, Type::kText, Shape::kMap);
    expect(5, Type::kObject, Shape::kList);
    expect(6, Type::kText, Shape::kList);
}

}  // namespace
}  // namespace millrace::ports

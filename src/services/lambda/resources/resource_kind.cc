#include "services/lambda/resources/resource_kind.h"

#include <algorithm>

namespace millrace::lambda {

void update_nothing(Core&, ports::ResourceRequest, std::string physical_id, const boost::json::object&,
                    ports::ResourceDone done) {
    done(ports::Resource{.physical_id = std::move(physical_id), .attributes = {}});
}

ports::ResourceTypeModel resource_type(std::string_view type, std::initializer_list<const char*> required,
                                       std::initializer_list<const char*> optional,
                                       std::initializer_list<const char*> in_place,
                                       std::vector<std::string> attributes) {
    using Update = ports::PropertyModel::Update;
    ports::ResourceTypeModel model{
        .type = std::string(type), .properties = {}, .attributes = std::move(attributes)};
    const auto add = [&](std::string_view name, bool is_required) {
        const bool stays = std::ranges::find(in_place, name, [](const char* text) {
                               return std::string_view(text);
                           }) != in_place.end();
        model.properties.push_back({.name = std::string(name),
                                    .required = is_required,
                                    .update = stays ? Update::kInPlace : Update::kReplacement});
    };
    for (const char* name : required) add(name, true);
    for (const char* name : optional) add(name, false);
    return model;
}

}  // namespace millrace::lambda

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"
#include "codec/json.h"

namespace millrace::iam {

// Reads properties of a template; a value of another type is refused, naming the property. Absent is nullopt
// or empty.

[[nodiscard]] aws::Outcome<std::optional<std::string>> text_property(const codec::JsonObject& properties,
                                                                     std::string_view name);
[[nodiscard]] aws::Outcome<std::vector<std::string>> list_property(const codec::JsonObject& properties,
                                                                   std::string_view name);
/// [{"Key": k, "Value": v}]
[[nodiscard]] aws::Outcome<std::map<std::string, std::string>> tags_property(
    const codec::JsonObject& properties);
/// A policy document, an object or JSON in a string, as JSON. Required.
[[nodiscard]] aws::Outcome<std::string> document_property(const codec::JsonObject& properties,
                                                          std::string_view name);
/// [{"PolicyName": n, "PolicyDocument": d}]
[[nodiscard]] aws::Outcome<std::map<std::string, std::string>> inline_policies_property(
    const codec::JsonObject& properties);

}  // namespace millrace::iam

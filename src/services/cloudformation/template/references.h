#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/template/functions.h"

namespace millrace::cloudformation {

/// What a value mentions.
struct Reference {
    enum class Kind { kRef, kGetAtt, kCondition, kMapping, kDynamic };
    Kind kind;
    std::string target;      ///< of kDynamic the text in which dynamic references stand
    std::string attribute;   ///< of kGetAtt
    std::string path;        ///< where it is mentioned
    bool in_import = false;  ///< inside Fn::ImportValue, which may not depend on resources
};

inline constexpr std::string_view kImportComplaint =
    "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or "
    "Fn::GetAZs";

using ConditionValues = std::map<std::string, bool>;

/// Everything the value refers to; checks the form of every function on the way. With `conditions` only the
/// branch of Fn::If that counts is looked at.
[[nodiscard]] Result<std::vector<Reference>> collect_references(const boost::json::value& value, Block block,
                                                                std::string path,
                                                                const ConditionValues* conditions = nullptr);

}  // namespace millrace::cloudformation

#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace millrace::cloudformation {

enum class Function {
    kRef,
    kGetAtt,
    kSub,
    kJoin,
    kSelect,
    kSplit,
    kFindInMap,
    kBase64,
    kImportValue,
    kGetStackOutput,
    kCidr,
    kGetAZs,
    kLength,
    kToJsonString,
    kIf,
    kAnd,
    kOr,
    kNot,
    kEquals,
    kCondition,  ///< {"Condition": name}, inside conditions only
};

/// An intrinsic function as written; views into the template.
struct FunctionCall {
    Function function;
    const boost::json::value& argument;
};

/// Where in the template a value stands: {"Condition": x} is a function in one place and plain data in the
/// other.
enum class Block { kConditions, kValues };

/// The function that this object calls, with its argument's form checked; nothing for plain data. Unknown
/// functions and those that do not belong into the block are errors that name the path.
[[nodiscard]] Result<std::optional<FunctionCall>> function_call(const boost::json::object& object,
                                                                Block block, std::string_view path);

struct GetAttTarget {
    std::string_view logical_id;
    std::string_view attribute;  ///< empty when a parameter names it
    std::string_view parameter = {};
};

/// The forms of the argument: "Queue.Arn", ["Queue", "Arn"] and ["Queue", {"Ref": parameter}].
[[nodiscard]] std::optional<GetAttTarget> get_att_target(const boost::json::value& argument);
[[nodiscard]] GetAttTarget split_get_att(std::string_view dotted);

/// The fourth argument's DefaultValue; nullptr when there is none. The form must have been checked.
[[nodiscard]] const boost::json::value* default_of_find_in_map(const boost::json::array& arguments);

/// A piece of Fn::Sub's text: what stands in ${...}, or text to copy.
struct SubPart {
    bool variable = false;
    std::string_view text;
};

/// Errors when a variable's name is malformed. "${!Literal}" becomes the text "${Literal}" (in two pieces).
[[nodiscard]] Result<std::vector<SubPart>> parse_sub(std::string_view text);

/// The text of Fn::Sub, and its map of variables (null when it has none). The form must have been checked.
struct SubArguments {
    std::string_view text;
    const boost::json::object* variables = nullptr;
};
[[nodiscard]] SubArguments sub_arguments(const boost::json::value& argument);

}  // namespace millrace::cloudformation

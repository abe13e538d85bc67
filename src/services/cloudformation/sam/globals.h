#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "base/error.h"

namespace millrace::cloudformation::sam {

/// What the Globals section says for every function: the object below Function, empty without one. Sections
/// for types that are not offered are refused unless these are allowed, and so are properties that cannot be
/// global.
[[nodiscard]] Result<boost::json::object> function_globals(const boost::json::object& root,
                                                           bool allow_unknown = false);

/// Those that the function does not ignore (IgnoreGlobals: "*", or their names).
[[nodiscard]] Result<boost::json::object> heeded_globals(const boost::json::object& globals,
                                                         const std::string& logical_id,
                                                         const boost::json::object& function);

/// The function's properties with those of all functions: objects are merged, lists joined, other values the
/// function's own.
[[nodiscard]] boost::json::object merge_globals(const boost::json::object& globals,
                                                const boost::json::object& properties);

}  // namespace millrace::cloudformation::sam

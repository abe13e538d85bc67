#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "aws/error.h"
#include "aws/model/service_model.h"
#include "ports/system_tags.h"

namespace millrace::lambda {

/// Reads a template's properties into the input of an operation and validates them, as if the operation had
/// been called. Templates write numbers and truths as texts, and texts as numbers, as they please.
[[nodiscard]] aws::Outcome<void> read_properties(const boost::json::object& properties,
                                                 const aws::OperationModel& operation, void* input);

/// Turns the "Tags" of a template, [{"Key": k, "Value": v}], into {k: v}, as the API takes them.
void reshape_tags(boost::json::object& properties);

/// Refuses those of the template that are AWS's own, and adds these.
[[nodiscard]] aws::Outcome<void> complete_tags(const ports::ResourceRequest& request,
                                               std::optional<ports::TagMap>& tags);

template <class Op>
[[nodiscard]] aws::Outcome<typename Op::Input> read_properties(const boost::json::object& properties) {
    typename Op::Input input;
    if (auto read = read_properties(properties, Op::model(), &input); !read)
        return std::unexpected(read.error());
    return input;
}

}  // namespace millrace::lambda

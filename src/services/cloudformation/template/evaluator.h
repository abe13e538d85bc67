#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/template/evaluate.h"
#include "services/cloudformation/template/functions.h"

namespace millrace::cloudformation {

using Evaluated = Result<std::optional<boost::json::value>>;

/// Works out the functions in values, and keeps count of what all values of one resource amount to; used by
/// evaluate.h's functions only. The environment must outlive it.
class Evaluator {
  public:
    explicit Evaluator(const Environment& environment) : environment_(environment) {}

    [[nodiscard]] Evaluated value(const boost::json::value& from, const std::string& path);

  private:
    Evaluated object(const boost::json::object& from, const std::string& path);
    Evaluated list(const boost::json::array& from, const std::string& path);
    Evaluated apply(const FunctionCall& call, const std::string& path);

    Evaluated ref(std::string_view name, const std::string& path);
    Evaluated get_att(GetAttTarget target, const std::string& path);
    Evaluated sub(const SubArguments& arguments, const std::string& path);
    Result<std::string> sub_variable(const SubArguments& arguments, std::string_view name,
                                     const std::string& path);
    Evaluated join(const boost::json::array& arguments, const std::string& path);
    Evaluated base64(const boost::json::value& argument, const std::string& path);
    Evaluated to_json_string(const boost::json::value& argument, const std::string& path);

    // In evaluator_lists.cc: functions over lists and look-ups.
    Evaluated select(const boost::json::array& arguments, const std::string& path);
    Evaluated split(const boost::json::array& arguments, const std::string& path);
    Evaluated find_in_map(const boost::json::array& arguments, const std::string& path);
    Evaluated length(const boost::json::value& argument, const std::string& path);
    Evaluated cidr(const boost::json::array& arguments, const std::string& path);
    Evaluated get_azs(const boost::json::value& argument, const std::string& path);
    Evaluated import_value(const boost::json::value& argument, const std::string& path);
    Evaluated get_stack_output(const boost::json::object& argument, const std::string& path);

    Result<std::string> text(const boost::json::value& from, std::string_view function,
                             const std::string& path);
    static Result<std::string> as_text(Evaluated evaluated, std::string_view function,
                                       const std::string& path);
    Result<std::size_t> whole_number(const boost::json::value& from, std::string_view complaint,
                                     const std::string& path);
    Result<std::vector<std::string>> texts(const boost::json::value& from, std::string_view function,
                                           const std::string& path);
    [[nodiscard]] const ResourceValues* find_resource(std::string_view logical_id) const;

    Evaluated charged(boost::json::value result, const std::string& path);
    Result<> charge(std::size_t bytes, const std::string& path);

    const Environment& environment_;
    std::size_t spent_ = 0;
};

/// Whether what only the deployment will know is part of the text.
[[nodiscard]] inline bool is_unknown(std::string_view text) {
    return text.find(kKnownAfterApply) != std::string_view::npos;
}

[[nodiscard]] inline boost::json::value unknown_value() {
    return boost::json::value(kKnownAfterApply);
}

}  // namespace millrace::cloudformation

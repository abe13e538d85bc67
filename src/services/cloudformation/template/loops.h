#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/template/evaluate.h"

namespace millrace::cloudformation {

inline constexpr std::string_view kLoopPrefix = "Fn::ForEach::";

/// Writes out Fn::ForEach. The environment knows parameters and mappings, and must outlive it.
class LoopExpander {
  public:
    explicit LoopExpander(const Environment& environment) : environment_(environment) {}

    /// The value without loops. `path` is its JSON pointer; errors begin with where they are.
    [[nodiscard]] Result<boost::json::value> expand(const boost::json::value& from, const std::string& path);

    /// Where the members that loops made were written: new JSON pointer to the one in the source.
    [[nodiscard]] const std::map<std::string, std::string>& origins() const { return origins_; }

  private:
    struct Variable {
        std::string name, value;
    };

    Result<boost::json::value> value(const boost::json::value& from, const std::string& source,
                                     const std::string& path);
    Result<boost::json::value> object(const boost::json::object& from, const std::string& source,
                                      const std::string& path);
    Result<> settle_names(boost::json::object& call, const std::string& source) const;
    Result<> settle_name(boost::json::value& name, const std::string& source) const;
    Result<> loop(const boost::json::value& body, const std::string& source, const std::string& path,
                  boost::json::object& into);
    Result<> repeat(const boost::json::object& fragment, const std::string& source, const std::string& path,
                    boost::json::object& into);
    Result<> put(boost::json::object& into, std::string key, boost::json::value value,
                 const std::string& source);
    Result<std::vector<std::string>> items(const boost::json::value& collection, const std::string& source);
    [[nodiscard]] std::string substitute(std::string_view text) const;
    [[nodiscard]] bool is_taken(std::string_view identifier) const;
    Result<> charge(std::size_t bytes, const std::string& source);

    const Environment& environment_;
    std::vector<Variable> variables_;  ///< of the loops around, outermost first
    std::map<std::string, std::string> origins_;
    std::size_t spent_ = 0;
};

}  // namespace millrace::cloudformation

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/service_model.h"

namespace millrace::aws {

/// The values of a path's labels, decoded: {"FunctionName": "f"} for "/2015-03-31/functions/f".
using PathLabels = std::map<std::string, std::string, std::less<>>;

/// What a REST request asks for.
struct RestRoute {
    const ServiceModel* service = nullptr;
    const OperationModel* operation = nullptr;  ///< nullptr: AWS has it, the model has not
    std::string_view name;                      ///< the operation's
    PathLabels labels;
};

/// Finds operations of REST protocols by method and path. Literal parts of a path win over labels; a trailing
/// slash makes no difference.
class RestRouter {
  public:
    void add(const ServiceModel& service);

    /// `target` as sent: path and query, percent-encoded. The route's name is empty when nothing fits.
    [[nodiscard]] RestRoute find(std::string_view method, std::string_view target) const;

  private:
    struct Entry {
        const ServiceModel* service;
        const OperationModel* operation;
        std::string_view name;
        std::string_view method;
        std::vector<std::string_view> parts;
        std::string_view
            query;  ///< that must be there: "find=LayerVersion" tells two operations of one path apart
    };
    void add_entry(Entry entry, std::string_view pattern);
    static int fit(const Entry& entry, const std::vector<std::string_view>& path, std::string_view query);

    std::vector<Entry> entries_;
};

}  // namespace millrace::aws

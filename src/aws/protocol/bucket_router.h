#pragma once

#include <string_view>
#include <vector>

#include "aws/model/service_model.h"
#include "aws/protocol/rest_router.h"
#include "codec/form.h"
#include "http/message.h"

namespace millrace::aws {

struct BucketRoute {
    const OperationModel* operation = nullptr;  ///< nullptr: not here, or (with a name) not offered
    std::string_view name;
    PathLabels labels;
};

/// Finds S3's operations. Its paths are only "/", "/{Bucket}" and "/{Bucket}/{Key+}", or the same behind a
/// bucket's Host; what is meant is told by the method, by parameters of the query that stand in the
/// operation's path ("?uploads"), and by parameters and headers that an operation requires ("uploadId",
/// "x-amz-copy-source"): of those that fit, the one with the most of them.
class BucketRouter {
  public:
    /// Ignores services that do not speak REST-XML.
    void add(const ServiceModel& service);
    [[nodiscard]] bool has_service() const { return service_ != nullptr; }
    [[nodiscard]] const ServiceModel& service() const { return *service_; }

    [[nodiscard]] BucketRoute find(const http::Request& request, const codec::Form& query) const;
    /// GET or HEAD of a bucket and a key.
    [[nodiscard]] bool names_object(const http::Request& request) const;

  private:
    struct Entry {
        const OperationModel* operation;  ///< nullptr: absent
        std::string_view name;
        HttpBinding http;
    };

    const ServiceModel* service_ = nullptr;
    std::vector<Entry> entries_;
};

}  // namespace millrace::aws

#include "services/s3/ops/uploads.h"

#include "services/s3/errors.h"
#include "services/s3/limits.h"

namespace millrace::s3 {

aws::Outcome<const Upload*> find_upload(const Bucket& bucket, const std::string& key,
                                        const std::string& upload_id) {
    const auto upload = bucket.uploads.find(upload_id);
    if (upload == bucket.uploads.end() || upload->second.key != key)
        return std::unexpected(no_such_upload(upload_id));
    return &upload->second;
}

aws::Outcome<void> check_part_number(std::int32_t number) {
    if (number >= 1 && number <= kPartNumberMax) return {};
    return std::unexpected(invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                                            "partNumber", std::to_string(number)));
}

}  // namespace millrace::s3

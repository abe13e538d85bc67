#pragma once

#include <map>
#include <string>
#include <utility>

#include "ports/object_source.h"

namespace millrace::lambda::testing {

/// Objects of one bucket, "objects", as a map.
class MemoryObjects final : public ports::ObjectSource, public ports::ObjectSink {
  public:
    void read(const aws::Scope&, ports::ObjectAddress address, std::size_t bytes_max,
              ReadDone done) override {
        if (address.bucket != kBucket)
            return done(refuse("NoSuchBucket", "The specified bucket does not exist"));
        const auto found = objects.find(address.key + address.version_id.value_or(""));
        if (found == objects.end()) return done(refuse("NoSuchKey", "The specified key does not exist."));
        if (found->second.size() > bytes_max) return done(refuse("EntityTooLarge", "too large"));
        done(ports::ObjectContent{.bytes = found->second, .version_id = "null", .etag = "\"e\""});
    }
    [[nodiscard]] bool has_bucket(const aws::Scope&, const std::string& bucket) const override {
        return bucket == kBucket;
    }
    void write(const aws::Scope&, std::string bucket, std::string key, std::string bytes, std::string,
               WriteDone done) override {
        if (bucket != kBucket) return done(refuse("NoSuchBucket", "The specified bucket does not exist"));
        objects[std::move(key)] = std::move(bytes);
        done({});
    }

    std::map<std::string, std::string> objects;

  private:
    static constexpr const char* kBucket = "objects";
    static std::unexpected<aws::ServiceError> refuse(const char* code, const char* message) {
        return std::unexpected(aws::ServiceError{.code = code, .message = message, .http_status = 404});
    }
};

}  // namespace millrace::lambda::testing

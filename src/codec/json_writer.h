#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/time.h"

namespace millrace::codec {

/// Appends JSON to a string as it is told, with the commas in their places:
///     JsonWriter{out}.begin_object().key("Count").integer(3).end_object();
/// Allocates nothing besides the output, which grows as it must, or is given room beforehand. The caller
/// keeps begin and end, key and value in step.
class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    /// Room for so many bytes more.
    void reserve(std::size_t bytes) { out_.reserve(out_.size() + bytes); }

    JsonWriter& begin_object() { return begin('{'); }
    JsonWriter& end_object() { return end('}'); }
    JsonWriter& begin_array() { return begin('['); }
    JsonWriter& end_array() { return end(']'); }

    JsonWriter& key(std::string_view name) {
        separate();
        append_json_string(out_, name);
        out_ += ':';
        comma_ = false;
        return *this;
    }

    /// Bytes that are not UTF-8 become U+FFFD.
    JsonWriter& string(std::string_view text) {
        separate();
        append_json_string(out_, text);
        return *this;
    }
    JsonWriter& integer(std::int64_t number);
    JsonWriter& unsigned_integer(std::uint64_t number);
    /// Shortest text that reads back as the same number. What JSON has no number for is written as AWS does:
    /// "NaN", "Infinity", "-Infinity".
    JsonWriter& number(double number);
    JsonWriter& boolean(bool truth) { return raw(truth ? "true" : "false"); }
    JsonWriter& null() { return raw("null"); }
    /// Bytes as a base64 string.
    JsonWriter& blob(std::string_view bytes);
    /// Seconds since 1970 with a fraction where there is one, as JSON protocols carry timestamps.
    JsonWriter& epoch_seconds(WallTime time);
    /// A value that is JSON already.
    JsonWriter& raw(std::string_view json) {
        separate();
        out_ += json;
        return *this;
    }

  private:
    JsonWriter& begin(char bracket) {
        separate();
        out_ += bracket;
        comma_ = false;
        return *this;
    }
    JsonWriter& end(char bracket) {
        out_ += bracket;
        comma_ = true;
        return *this;
    }
    void separate() {
        if (comma_) out_ += ',';
        comma_ = true;
    }

    std::string& out_;
    bool comma_ = false;
};

}  // namespace millrace::codec

#include "codec/json_writer.h"

#include <charconv>
#include <cmath>

#include "codec/base64.h"
#include "codec/timestamp.h"

namespace millrace::codec {
namespace {

constexpr std::size_t kNumberCharsMax = 32;

template <class Number>
void append_number(std::string& out, Number number) {
    char text[kNumberCharsMax];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number);
    out.append(text, end);
}

}  // namespace

JsonWriter& JsonWriter::integer(std::int64_t number) {
    separate();
    append_number(out_, number);
    return *this;
}

JsonWriter& JsonWriter::unsigned_integer(std::uint64_t number) {
    separate();
    append_number(out_, number);
    return *this;
}

JsonWriter& JsonWriter::number(double number) {
    if (std::isnan(number)) return string("NaN");
    if (std::isinf(number)) return string(number > 0 ? "Infinity" : "-Infinity");
    separate();
    const std::size_t begin = out_.size();
    append_number(out_, number);
    if (out_.find_first_of(".e", begin) == std::string::npos) out_ += ".0";
    return *this;
}

JsonWriter& JsonWriter::blob(std::string_view bytes) {
    separate();
    out_ += '"';
    append_base64(out_, bytes);
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::epoch_seconds(WallTime time) {
    separate();
    append_epoch_seconds(out_, time);
    return *this;
}

}  // namespace millrace::codec

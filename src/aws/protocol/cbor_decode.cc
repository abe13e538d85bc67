#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "aws/common_errors.h"
#include "aws/protocol/cbor.h"
#include "base/assert.h"
#include "codec/cbor_reader.h"
#include "codec/timestamp.h"

namespace millrace::aws {

namespace {

using codec::CborReader;
using codec::CborType;

std::unexpected<ServiceError> refuse(std::string message) {
    return std::unexpected(serialization_exception(std::move(message)));
}

std::unexpected<ServiceError> malformed(const Error& error) {
    return refuse("The request body is not valid CBOR: " + error.message);
}

/// As AWS's parser calls the tokens of JSON.
std::unexpected<ServiceError> refuse_type(CborType type, std::string_view wanted) {
    const auto convert = [&](std::string_view token) {
        return refuse(std::string(token) + " can not be converted to " + std::string(wanted));
    };
    switch (type) {
        case CborType::kArray:
            return refuse("Start of list found where not expected");
        case CborType::kMap:
            return refuse("Start of structure or map found where not expected.");
        case CborType::kText:
            return convert("STRING_VALUE");
        case CborType::kBytes:
            return convert("BYTE_STRING_VALUE");
        case CborType::kBoolean:
            return convert("BOOLEAN_VALUE");
        default:
            return convert("NUMBER_VALUE");
    }
}

/// Moves what was read to the target, or says what is wrong with it.
template <class T, class From>
Outcome<void> store(void* target, Result<From> value) {
    if (!value) return malformed(value.error());
    *static_cast<T*>(target) = std::move(*value);
    return {};
}

class Decoder {
  public:
    Decoder(std::string_view bytes, Violations& violations, CborTime time)
        : reader_(bytes), violations_(violations), time_(time) {}

    Outcome<void> document(const Shape& shape, void* target) {
        auto type = reader_.type();
        if (!type) return malformed(type.error());
        if (auto done = structure(*type, shape, target, Path()); !done) return done;
        if (!reader_.at_end())
            return refuse("The request body is not valid CBOR: more follows the first item");
        return {};
    }

  private:
    /// Members of a structure that were read, a bit each.
    using Seen = std::uint64_t;

    /// The value that comes next, of that type, which is not null.
    Outcome<void> decode(CborType type, const Shape& shape, void* target, const Path& path) {
        switch (shape.kind) {
            case Kind::kString:
                if (type != CborType::kText) return refuse_type(type, "a String");
                return store<std::string>(target, reader_.read_text());
            case Kind::kBlob:
                if (type != CborType::kBytes) return refuse_type(type, "a Blob");
                return store<std::string>(target, reader_.read_bytes());
            case Kind::kInteger:
                return integer<std::int32_t>(type, target, "an Integer");
            case Kind::kLong:
                return integer<std::int64_t>(type, target, "a Long");
            case Kind::kDouble:
                return number(type, *static_cast<double*>(target), "a Double");
            case Kind::kBoolean:
                if (type != CborType::kBoolean) return refuse_type(type, "a Boolean");
                return store<bool>(target, reader_.read_boolean());
            case Kind::kTimestamp:
                return timestamp(type, *static_cast<WallTime*>(target));
            case Kind::kList:
                return list(type, shape, target, path);
            case Kind::kMap:
                return map(type, shape, target, path);
            case Kind::kStructure:
                return structure(type, shape, target, path);
        }
        return refuse("Unexpected token");
    }

    Outcome<void> number(CborType type, double& target, std::string_view wanted) {
        if (type == CborType::kInteger) {
            auto value = reader_.read_integer();
            if (!value) return malformed(value.error());
            target = static_cast<double>(*value);
            return {};
        }
        if (type != CborType::kFloat) return refuse_type(type, wanted);
        return store<double>(&target, reader_.read_float());
    }

    /// AWS cuts a fraction off where it wants an integer.
    template <class T>
    Outcome<void> integer(CborType type, void* target, std::string_view wanted) {
        if (type == CborType::kInteger) {
            auto value = reader_.read_integer();
            if (!value) return malformed(value.error());
            if (!std::in_range<T>(*value)) return refuse_type(type, wanted);
            *static_cast<T*>(target) = static_cast<T>(*value);
            return {};
        }
        double value = 0;
        if (auto done = number(type, value, wanted); !done) return done;
        constexpr auto kEnd = -static_cast<double>(std::numeric_limits<T>::min());
        if (!(value > -kEnd - 1 && value < kEnd)) return refuse_type(type, wanted);
        *static_cast<T*>(target) = static_cast<T>(value);
        return {};
    }

    Outcome<void> timestamp(CborType type, WallTime& target) {
        const bool millis = time_ == CborTime::kMilliseconds;
        const std::string_view wanted = millis ? "milliseconds since epoch" : "seconds since epoch";
        double since_epoch = 0;
        if (auto done = number(type, since_epoch, wanted); !done) return done;
        auto time = codec::from_epoch_seconds(millis ? since_epoch / 1000 : since_epoch);
        if (!time) return refuse_type(type, wanted);
        target = *time;
        return {};
    }

    /// The next value, or whether it is null: then it has been read.
    Outcome<std::optional<CborType>> next_unless_null() {
        auto type = reader_.type();
        if (!type) return malformed(type.error());
        if (*type != CborType::kNull) return *type;
        if (auto done = reader_.read_null(); !done) return malformed(done.error());
        return std::nullopt;
    }

    Outcome<void> structure(CborType type, const Shape& shape, void* target, const Path& path) {
        if (type == CborType::kArray) return refuse("Start of list found where not expected");
        if (type != CborType::kMap) return refuse("Expected null");
        auto pairs = reader_.begin_map();
        if (!pairs) return malformed(pairs.error());
        MILLRACE_ASSERT(shape.members.size() <= std::numeric_limits<Seen>::digits);
        Seen named = 0;
        Seen present = 0;
        while (true) {
            auto another = reader_.more(*pairs);
            if (!another) return malformed(another.error());
            if (!*another) break;
            if (auto done = member(shape, target, path, named, present); !done) return done;
        }
        for (std::size_t i = 0; i < shape.members.size(); ++i) {
            const bool missing = (present >> i & 1U) == 0;
            if (missing && shape.members[i].required) violations_.add_missing(Path(path, shape.members[i]));
        }
        return {};
    }

    Outcome<void> member(const Shape& shape, void* target, const Path& path, Seen& named, Seen& present) {
        auto name = reader_.read_text();
        if (!name) return malformed(name.error());
        const auto found = std::ranges::find(shape.members, *name, &Member::name);
        if (found == shape.members.end()) {
            if (auto done = reader_.skip(); !done) return malformed(done.error());
            return {};
        }
        const Seen bit = Seen{1} << static_cast<unsigned>(found - shape.members.begin());
        if ((named & bit) != 0) return refuse("The member " + *name + " is there twice");
        named |= bit;
        auto type = next_unless_null();
        if (!type) return std::unexpected(std::move(type.error()));
        if (!*type) return {};
        present |= bit;
        return decode(**type, *found->shape, found->make(target), Path(path, *found));
    }

    /// An element, or a map's value.
    Outcome<void> element(const Shape& shape, void* place, const Path& path) {
        auto type = next_unless_null();
        if (!type) return std::unexpected(std::move(type.error()));
        if (*type) return decode(**type, shape, place, path);
        violations_.add_missing(path);
        return {};
    }

    Outcome<void> list(CborType type, const Shape& shape, void* target, const Path& path) {
        if (type == CborType::kMap) return refuse("Start of structure or map found where not expected.");
        if (type != CborType::kArray) return refuse("Expected list or null");
        auto items = reader_.begin_array();
        if (!items) return malformed(items.error());
        for (std::size_t index = 0;; ++index) {
            auto another = reader_.more(*items);
            if (!another) return malformed(another.error());
            if (!*another) return {};
            void* place = shape.list->append(target);
            if (auto done = element(*shape.element, place, Path(path, index)); !done) return done;
        }
    }

    Outcome<void> map(CborType type, const Shape& shape, void* target, const Path& path) {
        if (type == CborType::kArray) return refuse("Start of list found where not expected");
        if (type != CborType::kMap) return refuse("Expected map or null");
        auto pairs = reader_.begin_map();
        if (!pairs) return malformed(pairs.error());
        while (true) {
            auto another = reader_.more(*pairs);
            if (!another) return malformed(another.error());
            if (!*another) return {};
            auto key = reader_.read_text();
            if (!key) return malformed(key.error());
            const std::size_t before = shape.map->size(target);
            void* place = shape.map->at(target, *key);
            if (shape.map->size(target) == before) return refuse("The key " + *key + " is there twice");
            if (auto done = element(*shape.element, place, Path(path, *key)); !done) return done;
        }
    }

    CborReader reader_;
    Violations& violations_;
    CborTime time_;
};

}  // namespace

Outcome<void> decode_cbor(std::string_view bytes, const Shape& shape, void* structure, Violations& violations,
                          CborTime time) {
    constexpr std::string_view kEmptyMap = "\xa0";
    return Decoder(bytes.empty() ? kEmptyMap : bytes, violations, time).document(shape, structure);
}

}  // namespace millrace::aws

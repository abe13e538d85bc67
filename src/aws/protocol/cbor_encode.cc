#include <algorithm>

#include "aws/protocol/cbor.h"
#include "aws/protocol/json_error.h"
#include "codec/cbor_writer.h"
#include "codec/timestamp.h"

namespace millrace::aws {

namespace {

using codec::CborWriter;

constexpr std::uint64_t kEpochTag = 1;

class Encoder {
  public:
    Encoder(std::string& out, CborTime time) : writer_(out), time_(time) {}

    void structure(const Shape& shape, const void* structure) {
        const auto present = [&](const Member& member) { return member.get(structure) != nullptr; };
        writer_.map(static_cast<std::size_t>(std::ranges::count_if(shape.members, present)));
        for (const Member& member : shape.members) {
            if (const void* value = member.get(structure)) {
                writer_.text(member.name);
                encode(*member.shape, value);
            }
        }
    }

  private:
    void encode(const Shape& shape, const void* value) {
        switch (shape.kind) {
            case Kind::kString:
                writer_.text(*static_cast<const std::string*>(value));
                return;
            case Kind::kBlob:
                writer_.bytes(blob_view(shape, value));
                return;
            case Kind::kInteger:
                writer_.integer(*static_cast<const std::int32_t*>(value));
                return;
            case Kind::kLong:
                writer_.integer(*static_cast<const std::int64_t*>(value));
                return;
            case Kind::kDouble:
                writer_.number(*static_cast<const double*>(value));
                return;
            case Kind::kBoolean:
                writer_.boolean(*static_cast<const bool*>(value));
                return;
            case Kind::kTimestamp:
                return timestamp(*static_cast<const WallTime*>(value));
            case Kind::kList:
                return list(shape, value);
            case Kind::kMap:
                return map(shape, value);
            case Kind::kStructure:
                return structure(shape, value);
        }
    }

    void timestamp(WallTime time) {
        writer_.tag(kEpochTag);
        if (time_ == CborTime::kMilliseconds) {
            writer_.integer(to_millis(time));
        } else {
            writer_.number(codec::to_epoch_seconds(time));
        }
    }

    void list(const Shape& shape, const void* list) {
        const std::size_t size = shape.list->size(list);
        writer_.array(size);
        for (std::size_t i = 0; i < size; ++i) encode(*shape.element, shape.list->at(list, i));
    }

    void map(const Shape& shape, const void* map) {
        struct Walk {
            Encoder& encoder;
            const Shape& element;
        } walk{*this, *shape.element};
        writer_.map(shape.map->size(map));
        shape.map->each(map, &walk, [](void* state, const std::string& key, const void* value) {
            auto& [encoder, element] = *static_cast<Walk*>(state);
            encoder.writer_.text(key);
            encoder.encode(element, value);
        });
    }

    CborWriter writer_;
    CborTime time_;
};

}  // namespace

void encode_cbor(std::string& out, const Shape& shape, const void* structure, CborTime time) {
    Encoder(out, time).structure(shape, structure);
}

std::string cbor_error_body(const ServiceModel* service, const ServiceError& error) {
    std::string body;
    CborWriter writer(body);
    writer.map(2).text("__type").text(qualified_error_code(service, error));
    writer.text("message").text(error.message);
    return body;
}

}  // namespace millrace::aws

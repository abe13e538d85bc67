#include "storage/catalog/catalog_entry.h"

#include "storage/binary.h"

namespace millrace::storage {
namespace {

enum class Kind : std::uint8_t { kChange = 1, kSnapshotPart = 2, kReservation = 3 };

using Pairs = std::vector<std::pair<std::string, std::string>>;

void put_pairs(std::string& out, const Pairs& pairs) {
    put(out, static_cast<std::uint32_t>(pairs.size()));
    for (const auto& [key, value] : pairs) {
        put_text(out, key);
        put_text(out, value);
    }
}

std::optional<Pairs> take_pairs(BinaryReader& reader) {
    const auto count = reader.take<std::uint32_t>();
    if (!count) return std::nullopt;
    Pairs pairs;
    for (std::uint32_t i = 0; i < *count; ++i) {
        const auto key = reader.take_text();
        const auto value = reader.take_text();
        if (!key || !value) return std::nullopt;
        pairs.emplace_back(*key, *value);
    }
    return pairs;
}

std::optional<CatalogEntry> take_change(BinaryReader& reader) {
    auto puts = take_pairs(reader);
    const auto count = reader.take<std::uint32_t>();
    if (!puts || !count) return std::nullopt;
    CatalogChange change{std::move(*puts), {}};
    for (std::uint32_t i = 0; i < *count; ++i) {
        const auto key = reader.take_text();
        if (!key) return std::nullopt;
        change.erases.emplace_back(*key);
    }
    return change;
}

std::optional<CatalogEntry> take_snapshot_part(BinaryReader& reader) {
    const auto as_of = reader.take<std::uint64_t>();
    const auto part = reader.take<std::uint32_t>();
    const auto parts = reader.take<std::uint32_t>();
    const auto ids = reader.take<std::uint64_t>();
    auto pairs = take_pairs(reader);
    if (!as_of || !part || !parts || !ids || !pairs || *part >= *parts) return std::nullopt;
    return SnapshotPart{Offset{*as_of}, *part, *parts, *ids, std::move(*pairs)};
}

std::optional<CatalogEntry> take_reservation(BinaryReader& reader) {
    const auto ids = reader.take<std::uint64_t>();
    if (!ids) return std::nullopt;
    return Reservation{*ids};
}

std::optional<CatalogEntry> take_entry(BinaryReader& reader) {
    const auto kind = reader.take<Kind>();
    if (kind == Kind::kChange) return take_change(reader);
    if (kind == Kind::kSnapshotPart) return take_snapshot_part(reader);
    if (kind == Kind::kReservation) return take_reservation(reader);
    return std::nullopt;
}

struct Encoder {
    std::string out;

    void operator()(const CatalogChange& change) {
        put(out, Kind::kChange);
        put_pairs(out, change.puts);
        put(out, static_cast<std::uint32_t>(change.erases.size()));
        for (const std::string& key : change.erases) put_text(out, key);
    }
    void operator()(const SnapshotPart& part) {
        put(out, Kind::kSnapshotPart);
        put(out, part.as_of.value());
        put(out, part.part);
        put(out, part.parts);
        put(out, part.log_ids_below);
        put_pairs(out, part.pairs);
    }
    void operator()(const Reservation& reservation) {
        put(out, Kind::kReservation);
        put(out, reservation.log_ids_below);
    }
};

}  // namespace

std::string encode(const CatalogEntry& entry) {
    Encoder encoder;
    std::visit(encoder, entry);
    return std::move(encoder.out);
}

std::optional<CatalogEntry> decode_catalog_entry(std::string_view bytes) {
    BinaryReader reader{bytes};
    auto entry = take_entry(reader);
    if (!reader.rest().empty()) return std::nullopt;
    return entry;
}

}  // namespace millrace::storage

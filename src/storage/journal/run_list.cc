#include "storage/journal/run_list.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "base/assert.h"
#include "storage/binary.h"

namespace millrace::storage {

struct RunList::Head {
    Offset end;
    std::uint32_t groups = 0;
    std::uint32_t bytes = 0;  ///< of all memory
};

/// Where a group of runs begins, so that one can be found without unpacking those before.
struct RunList::Group {
    Offset first;
    WallTime first_time;
    std::uint64_t at = 0;  ///< of its packed runs, in the memory
};

namespace {

// Positions go back only where a gap's reason stands in their place; times and positions of any value come
// out as they went in.
std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

/// What is kept of a run, given the one before.
std::array<std::uint64_t, 4> differences(const Run& run, const Run& before) {
    return {run.count, zigzag(std::int64_t{run.position} - std::int64_t{before.position}), run.bytes,
            static_cast<std::uint64_t>(to_millis(run.first_time)) -
                static_cast<std::uint64_t>(to_millis(before.first_time))};
}

Run unpack(std::string_view& bytes, const Run& before) {
    BinaryReader reader{bytes};
    Run run;
    run.first = before.end();
    run.count = static_cast<std::uint32_t>(*reader.take_varint());
    run.position = static_cast<std::uint32_t>(before.position + unzigzag(*reader.take_varint()));
    run.bytes = static_cast<std::uint32_t>(*reader.take_varint());
    run.first_time = from_millis(static_cast<std::int64_t>(
        static_cast<std::uint64_t>(to_millis(before.first_time)) + *reader.take_varint()));
    bytes = reader.rest();
    return run;
}

}  // namespace

RunList::RunList(std::span<const Run> runs) {
    if (runs.empty()) return;
    const std::size_t groups = (runs.size() + kRunsPerGroup - 1) / kRunsPerGroup;
    const std::size_t packed_at = sizeof(Head) + groups * sizeof(Group);
    // Calls take(run, before): the first run of a group stands behind one that ends where it begins.
    const auto each = [&](auto take) {
        for (std::size_t i = 0; i < runs.size(); ++i) {
            const bool leads = i % kRunsPerGroup == 0;
            take(runs[i],
                 leads ? Run{.first = runs[i].first, .first_time = runs[i].first_time} : runs[i - 1]);
        }
    };
    std::size_t bytes = packed_at;
    each([&](const Run& run, const Run& before) {
        MILLRACE_ASSERT(run.first == before.end());
        for (const std::uint64_t value : differences(run, before)) bytes += varint_bytes(value);
    });

    static_assert(std::is_trivially_copyable_v<Head> && std::is_trivially_copyable_v<Group>);
    memory_ = std::make_unique_for_overwrite<std::byte[]>(bytes);
    new (memory_.get())
        Head{runs.back().end(), static_cast<std::uint32_t>(groups), static_cast<std::uint32_t>(bytes)};
    std::byte* group = memory_.get() + sizeof(Head);
    char* const begin = reinterpret_cast<char*>(memory_.get());
    char* out = begin + packed_at;
    each([&](const Run& run, const Run& before) {
        if (before.count == 0) {
            new (group) Group{run.first, run.first_time, static_cast<std::uint64_t>(out - begin)};
            group += sizeof(Group);
        }
        for (const std::uint64_t value : differences(run, before)) out = put_varint_at(out, value);
    });
}

RunList::RunList(const RunList& other) {
    if (other.empty()) return;
    memory_ = std::make_unique_for_overwrite<std::byte[]>(other.heap_bytes());
    std::memcpy(memory_.get(), other.memory_.get(), other.heap_bytes());
}

RunList& RunList::operator=(const RunList& other) {
    return *this = RunList{other};
}

const RunList::Head& RunList::head() const {
    return *std::launder(reinterpret_cast<const Head*>(memory_.get()));
}

std::span<const RunList::Group> RunList::groups() const {
    return {std::launder(reinterpret_cast<const Group*>(memory_.get() + sizeof(Head))), head().groups};
}

std::string_view RunList::packed(std::size_t group) const {
    const auto all = groups();
    const std::uint64_t end = group + 1 < all.size() ? all[group + 1].at : head().bytes;
    return {reinterpret_cast<const char*>(memory_.get()) + all[group].at, end - all[group].at};
}

std::size_t RunList::heap_bytes() const {
    return empty() ? 0 : head().bytes;
}

Offset RunList::first() const {
    return groups().front().first;
}

Offset RunList::end() const {
    return head().end;
}

WallTime RunList::first_time() const {
    return groups().front().first_time;
}

std::optional<Run> RunList::Cursor::next() {
    if (held_) return std::exchange(held_, std::nullopt);
    if (rest_.empty()) {
        if (list_.empty() || group_ == list_.groups().size()) return std::nullopt;
        const Group& group = list_.groups()[group_];
        run_ = {.first = group.first, .first_time = group.first_time};
        rest_ = list_.packed(group_++);
    }
    run_ = unpack(rest_, run_);
    return run_;
}

RunList::Cursor RunList::all() const {
    return {*this, 0};
}

RunList::Cursor RunList::from(Offset from) const {
    if (empty()) return all();
    const auto all = groups();
    const auto behind = std::upper_bound(all.begin(), all.end(), from,
                                         [](Offset offset, const Group& g) { return offset < g.first; });
    Cursor cursor{*this, behind == all.begin() ? 0 : static_cast<std::size_t>(behind - all.begin()) - 1};
    auto run = cursor.next();
    while (run && run->end() <= from) run = cursor.next();
    cursor.held_ = run;
    return cursor;
}

std::optional<Run> RunList::last_before(WallTime time) const {
    if (empty()) return std::nullopt;
    const auto all = groups();
    const auto behind = std::lower_bound(all.begin(), all.end(), time,
                                         [](const Group& g, WallTime t) { return g.first_time < t; });
    if (behind == all.begin()) return std::nullopt;
    std::optional<Run> last;
    Cursor cursor{*this, static_cast<std::size_t>(behind - all.begin()) - 1};
    for (auto run = cursor.next(); run && run->first_time < time; run = cursor.next()) last = run;
    return last;
}

}  // namespace millrace::storage

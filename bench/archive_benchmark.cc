#include <benchmark/benchmark.h>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/random.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"
#include "storage/archive/archive_reader.h"
#include "storage/archive/archive_writer.h"
#include "storage/journal/frame.h"

// What an archive costs: bytes of payload a second, read from and written to files in the page cache, and how
// much smaller than the journal it is. The arguments are the block's size in KiB and zstd's level.

namespace millrace::storage {
namespace {

constexpr int kLogs = 4;
constexpr std::size_t kEventBytes = 1000;
constexpr std::size_t kPayloadBytesPerLog = 16_MiB;

class Events {
  public:
    /// About a KiB of JSON: what one visitor of a mill did.
    std::string next() {
        std::string events;
        while (events.size() < kEventBytes - 120) events += (events.empty() ? "" : ",") + one();
        return fmt::format(
            R"({{"id":{},"at":"2026-05-01T{:02}:{:02}:{:02}.{:03}Z","session":"{:016x}{:016x}","events":[{}]}})",
            number_++, below(24), below(60), below(60), below(1000), random_.next(), random_.next(), events);
    }

  private:
    std::string one() {
        switch (below(4)) {
            case 0:
                return fmt::format(
                    R"({{"type":"page.viewed","path":"{}","visitor":{},"ms":{},"referrer":{},"mobile":{}}})",
                    pick({"/", "/visit", "/shop", "/shop/flour", "/history?lang=de", "/suche?q=Mühle"}),
                    below(1'000'000), below(4000), pick({"null", "\"search\"", "\"newsletter\""}),
                    pick({"true", "false"}));
            case 1: {
                std::string samples;
                for (std::uint64_t i = below(12); i > 0; --i) samples += fmt::format("{:.4f},", number(4));
                return fmt::format(
                    R"({{"type":"sensor.read","sensor":"{}","value":{:.3f},"quality":"{}","samples":[{}0]}})",
                    pick({"wheel-rpm", "head-race-level-cm", "bearing-temperature-c", "sluice-position-pct"}),
                    number(250), pick({"good", "uncertain"}), samples);
            }
            case 2:
                return fmt::format(
                    R"({{"type":"order.placed","customer":{{"name":"{}","id":{}}},"product":"{}","quantity":{},"cents":{},"currency":"{}"}})",
                    pick({"Ana Duarte", "Jürgen Groß", "李小龙", "Мария Иванова", "नेहा शर्मा", "Nguyễn Ánh"}),
                    below(100'000),
                    pick({"flour, rye 1 kg", "Mühlenbrot", "postcard", "水车模型", "honey 🍯 250 g"}),
                    1 + below(5), 80 + below(4900), pick({"EUR", "NOK", "JPY"}));
            default:
                return fmt::format(R"({{"type":"door.opened","door":"{}","badge":"{:08x}"}})",
                                   pick({"main", "mill", "shop"}), random_.next() & 0xffff'ffff);
        }
    }
    std::uint64_t below(std::uint64_t end) { return random_.next() % end; }
    double number(double max) { return max * static_cast<double>(below(1'000'000)) / 1e6; }
    std::string_view pick(std::initializer_list<std::string_view> from) {
        return from.begin()[below(from.size())];
    }

    SeededRandom random_{1824};
    std::uint64_t number_ = 0;
};

struct Input {
    std::vector<std::string> payloads;  ///< of the logs in turn
    std::size_t payload_bytes = 0;
    std::size_t journal_bytes = 0;
};

const Input& input() {
    static const Input kInput = [] {
        Input made;
        Events events;
        while (made.payload_bytes < kLogs * kPayloadBytesPerLog) {
            made.payloads.push_back(events.next());
            made.payload_bytes += made.payloads.back().size();
            made.journal_bytes += kFrameHeaderBytes + made.payloads.back().size();
        }
        return made;
    }();
    return kInput;
}

std::uint64_t write_archive(files::FileSystem& files, const std::string& directory, BlockPacking packing) {
    auto writer =
        ArchiveWriter::create({.files = files, .directory = directory, .sync = false, .packing = packing})
            .value();
    const std::vector<std::string>& payloads = input().payloads;
    for (std::size_t i = 0; i < payloads.size(); ++i) {
        MILLRACE_ASSERT(writer->add(LogId{i % kLogs}, Offset{i / kLogs},
                                    from_millis(static_cast<std::int64_t>(i)), payloads[i]));
    }
    return writer->finish().value().bytes;
}

BlockPacking packing_of(const benchmark::State& state) {
    return {.block_bytes = static_cast<std::size_t>(state.range(0)) * 1_KiB,
            .zstd_level = static_cast<int>(state.range(1))};
}

void read_log(benchmark::State& state) {
    files::PosixFileSystem files;
    const files::TemporaryDirectory directory;
    const std::uint64_t archive_bytes = write_archive(files, directory.path(), packing_of(state));
    const std::string path = files::join(directory.path(), partial_archive_name(0));
    const auto file = files.open(path, files::OpenMode::kRead, 0).value();
    const ArchiveIndex index = read_archive(*file, path, 0).value().index;
    const LogId log{1};
    std::size_t bytes = 0;
    for (auto _ : state) {
        for (const Run& run : index.at(log)) {
            const auto entries = read_block(*file, path, 0, log, run, Offset{0}).value();
            for (const Entry& entry : entries) bytes += entry.payload.size();
            benchmark::DoNotOptimize(entries.back().payload.view().back());
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
    state.counters["journal/archive"] =
        static_cast<double>(input().journal_bytes) / static_cast<double>(archive_bytes);
}

void write_all(benchmark::State& state) {
    files::PosixFileSystem files;
    for (auto _ : state) {
        const files::TemporaryDirectory directory;
        benchmark::DoNotOptimize(write_archive(files, directory.path(), packing_of(state)));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input().payload_bytes));
}

void packings(benchmark::internal::Benchmark* benchmark) {
    for (const int level : {1, 3, 6, 9, 12}) {
        for (const int block : {64, 128, 256, 512, 1024}) benchmark->Args({block, level});
    }
    benchmark->Unit(benchmark::kMillisecond);
}

BENCHMARK(read_log)->Apply(packings);
BENCHMARK(write_all)->Apply(packings)->Iterations(1);

}  // namespace
}  // namespace millrace::storage

#include "storage/journal/segment_verifier.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include "storage/journal/segment_format.h"
#include "storage/journal/segment_reader.h"
#include "storage/patient_file.h"

namespace millrace::storage {
namespace {

using Part = SegmentDamage::Part;

/// Frames lie below this position: an index keeps positions in four octets.
constexpr std::uint64_t kSegmentEndMax = std::numeric_limits<std::uint32_t>::max();

class Verifier {
  public:
    Verifier(files::File& file, std::uint64_t size, std::uint64_t base, bool newest, SegmentVisitor& visitor)
        : file_(file),
          file_bytes_(size),
          size_(std::min(size, kSegmentEndMax)),
          base_(base),
          newest_(newest),
          visitor_(visitor),
          scanner_(file_, base, size_) {}

    Result<bool> run(const std::string& path) {
        const std::string header = read(0, kSegmentHeaderBytes);
        const HeaderState state = check_segment_header(header, base_);
        if (state == HeaderState::kNewerVersion) return fail_newer_version(path, header);
        if (state == HeaderState::kDamaged)
            damage(Part::kHeader, 0, std::min<std::uint64_t>(kSegmentHeaderBytes, size_),
                   "this is not the header of the segment with this base");
        if (file_bytes_ > size_)
            visitor_.on_damage({Part::kEnd, size_, file_bytes_, "no segment is as large"});
        if (size_ < kSegmentHeaderBytes) return false;
        return walk();
    }

  private:
    std::string read(std::uint64_t position, std::size_t bytes) {
        std::string into(bytes, '\0');
        into.resize(file_.read_at(position, into).value_or(0));
        return into;
    }

    void damage(Part part, std::uint64_t position, std::uint64_t end, std::string what) {
        visitor_.on_damage({part, position, end, file_.why(std::move(what)), newest_ && part == Part::kEnd});
    }

    Result<bool> walk() {
        for (;;) {
            const auto step = scanner_.next();
            if (!step) return std::unexpected(step.error());
            if (*step == SegmentScanner::Step::kEnd) return false;
            if (*step == SegmentScanner::Step::kDamaged) {
                const auto blank = newest_ ? scanner_.rest_is_blank() : Result<bool>(false);
                if (!blank) return std::unexpected(blank.error());
                if (*blank) return false;
                if (is_before_trailer(scanner_.position())) {
                    damage(Part::kEnd, scanner_.position(), size_, "the index is not what was written");
                    return true;
                }
                if (auto skipped = skip(); !skipped) return std::unexpected(std::move(skipped.error()));
                continue;
            }
            visitor_.on_frame(scanner_.frame(), scanner_.position());
            if (scanner_.frame().header.kind == FrameKind::kIndex) return end_is_whole();
        }
    }

    Result<> skip() {
        const std::uint64_t position = scanner_.position();
        std::string what = file_.why("no valid frame begins here");
        const std::string bytes = read(position, kFrameHeaderBytes);
        // The trace of an interrupted write is at the end of what was written last.
        bool torn = false;
        if (newest_) {
            const auto settled = scanner_.find_settled_frame();
            if (!settled) return std::unexpected(settled.error());
            torn = !*settled;
        }
        const auto end = scanner_.skip_damage();
        if (!end) return std::unexpected(end.error());
        SegmentDamage found{Part::kFrames, position, *end, std::move(what), torn};
        if (const auto length = frame_bytes(bytes); length && position + *length == *end)
            found.header = frame_header(bytes);
        visitor_.on_damage(found);
        return {};
    }

    [[nodiscard]] std::optional<std::uint32_t> trailer() {
        if (size_ < kSegmentHeaderBytes + kSegmentTrailerBytes) return std::nullopt;
        return decode_segment_trailer(read(size_ - kSegmentTrailerBytes, kSegmentTrailerBytes), base_);
    }

    [[nodiscard]] bool is_before_trailer(std::uint64_t position) {
        const auto index = trailer();
        return index && *index == position;
    }

    [[nodiscard]] bool end_is_whole() {
        const std::uint64_t index = scanner_.position();
        const std::uint64_t end = index + scanner_.frame().bytes();
        const bool whole = trailer() == index && end + kSegmentTrailerBytes == size_;
        if (!whole) damage(Part::kEnd, end, size_, "the segment does not end with its trailer");
        return whole;
    }

    PatientFile file_;
    std::uint64_t file_bytes_;
    std::uint64_t size_;
    std::uint64_t base_;
    bool newest_;
    SegmentVisitor& visitor_;
    SegmentScanner scanner_;
};

}  // namespace

Result<bool> verify_segment(files::File& file, const std::string& path, std::uint64_t base, bool newest,
                            SegmentVisitor& visitor) {
    const auto size = file.size();
    if (!size) return std::unexpected(size.error());
    return Verifier{file, *size, base, newest, visitor}.run(path);
}

}  // namespace millrace::storage

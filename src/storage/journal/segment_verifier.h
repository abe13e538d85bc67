#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "files/file_system.h"
#include "storage/journal/frame.h"

namespace millrace::storage {

/// A place in a segment that is not what was written.
struct SegmentDamage {
    enum class Part {
        kHeader,
        kFrames,
        kEnd,  ///< the index or the trailer
    };
    Part part = Part::kFrames;
    std::uint64_t position = 0;
    std::uint64_t end = 0;  ///< where the next valid frame begins, or the file ends
    std::string what;       ///< for people
    /// Nothing behind says that what was here was ever durable: the trace of an interrupted write, as far as
    /// anyone can tell. Only in the newest segment.
    bool torn = false;
    /// kFrames: what stands where one frame of just this length would have its header. Unverified.
    std::optional<FrameHeader> header = {};
};

class SegmentVisitor {
  public:
    virtual ~SegmentVisitor() = default;
    /// A frame that is whole, the index included; they come in the order in which they lie in the file.
    virtual void on_frame(const Frame& frame, std::uint64_t position) = 0;
    virtual void on_damage(const SegmentDamage& damage) = 0;
};

/// Reads all of a segment, whatever is wrong with it: every frame that is whole is visited, also those behind
/// damage. What cannot be read from the disk counts as damaged. Whether frames contradict each other is for
/// the visitor to see. Returns whether the segment ends as a sealed one does. Errors: kCorruption for a newer
/// version; those of asking for the file's size.
Result<bool> verify_segment(files::File& file, const std::string& path, std::uint64_t base, bool newest,
                            SegmentVisitor& visitor);

}  // namespace millrace::storage

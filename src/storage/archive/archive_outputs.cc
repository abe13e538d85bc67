#include "storage/archive/archive_outputs.h"

#include <algorithm>
#include <utility>

#include "files/helpers.h"

namespace millrace::storage {

ArchivedFile archived_file(std::uint64_t number, ArchiveFile file) {
    FileState state{.bytes = file.bytes, .sealed = true, .level = file.level, .until = file.until};
    for (const auto& [log, runs] : file.index) {
        for (const Run& run : runs) state.block_bytes += run.bytes;
    }
    return {FileId::archive(number), state, std::move(file.index)};
}

Result<std::size_t> ArchiveOutputs::new_output(std::uint32_t level) {
    auto writer = ArchiveWriter::create({.files = options_.files,
                                         .directory = options_.directory,
                                         .number = options_.first_number + outputs_.size(),
                                         .until = options_.until,
                                         .level = level,
                                         .open_bytes_max = options_.open_bytes_max,
                                         .packer = packer_});
    if (!writer) return std::unexpected(std::move(writer.error()));
    outputs_.push_back({level, std::move(*writer), std::nullopt});
    return outputs_.size() - 1;
}

Result<ArchiveWriter*> ArchiveOutputs::writer_of(LogId log) {
    const auto found = own_.find(log);
    if (found != own_.end()) return outputs_[found->second].writer.get();
    const auto size = options_.sizes.find(log);
    const bool shares = (size == options_.sizes.end() ? 0 : size->second) < options_.own_file_bytes;
    if (shares && shared_) return outputs_[*shared_].writer.get();
    const auto made = new_output(shares ? options_.level : kOwnFileLevel);
    if (!made) return std::unexpected(made.error());
    if (shares) {
        shared_ = *made;
    } else {
        own_.emplace(log, *made);
    }
    return outputs_[*made].writer.get();
}

template <class Add>
Result<> ArchiveOutputs::add_to(LogId log, Add add) {
    const auto writer = writer_of(log);
    if (!writer) return std::unexpected(writer.error());
    open_bytes_ -= (*writer)->open_bytes();
    auto added = add(**writer);
    open_bytes_ += (*writer)->open_bytes();
    if (!added || open_bytes_ <= options_.open_bytes_max) return added;

    const auto open = [](const Output& output) { return output.writer ? output.writer->open_bytes() : 0; };
    ArchiveWriter& largest = *std::ranges::max_element(outputs_, {}, open)->writer;
    open_bytes_ -= largest.open_bytes();
    auto written = largest.write_open_blocks(largest.open_bytes() / 2);
    open_bytes_ += largest.open_bytes();
    return written;
}

Result<> ArchiveOutputs::add(LogId log, Offset offset, WallTime time, std::string_view payload) {
    return add_to(log, [&](ArchiveWriter& writer) { return writer.add(log, offset, time, payload); });
}

Result<> ArchiveOutputs::add_gap(LogId log, Offset first, std::uint32_t count, WallTime time, GapReason why) {
    return add_to(log, [&](ArchiveWriter& writer) { return writer.add_gap(log, first, count, time, why); });
}

Result<> ArchiveOutputs::end_log(LogId log) {
    const auto found = own_.find(log);
    if (found == own_.end()) return {};
    const std::size_t output = found->second;
    own_.erase(found);
    return finish(outputs_[output]);
}

Result<> ArchiveOutputs::finish(Output& output) {
    open_bytes_ -= output.writer->open_bytes();
    auto finished = output.writer->finish();
    if (!finished) return std::unexpected(std::move(finished.error()));
    output.writer.reset();
    output.made = archived_file(finished->number, {.until = options_.until,
                                                   .level = output.level,
                                                   .index = std::move(finished->index),
                                                   .bytes = finished->bytes});
    return {};
}

Result<std::vector<ArchivedFile>> ArchiveOutputs::finish() {
    std::vector<ArchivedFile> made;
    for (Output& output : outputs_) {
        if (output.writer) {
            if (auto finished = finish(output); !finished)
                return std::unexpected(std::move(finished.error()));
        }
        made.push_back(std::move(*output.made));
    }
    for (const ArchivedFile& file : made) {
        auto published = publish_archive(options_.files, options_.directory, file.id.number);
        if (!published) return std::unexpected(std::move(published.error()));
    }
    if (auto synced = options_.files.sync_directory(options_.directory); !synced)
        return std::unexpected(std::move(synced.error()));
    return made;
}

void ArchiveOutputs::undo() {
    const std::uint64_t end = options_.first_number + outputs_.size();
    for (std::uint64_t number = options_.first_number; number < end; ++number) {
        for (const std::string& name : {partial_archive_name(number), archive_name(number)}) {
            // What cannot be removed now goes at the next start: it is a part, or a copy.
            static_cast<void>(options_.files.remove(files::join(options_.directory, name)));
        }
    }
}

}  // namespace millrace::storage

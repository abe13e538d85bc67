#include "storage/archive/archive_outputs.h"

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

Result<ArchiveWriter*> ArchiveOutputs::new_writer(std::uint32_t level) {
    auto writer = ArchiveWriter::create({.files = options_.files,
                                         .directory = options_.directory,
                                         .number = options_.first_number + outputs_.size(),
                                         .until = options_.until,
                                         .level = level});
    if (!writer) return std::unexpected(std::move(writer.error()));
    outputs_.push_back({level, std::move(*writer)});
    return outputs_.back().writer.get();
}

Result<ArchiveWriter*> ArchiveOutputs::writer_of(LogId log) {
    if (options_.sizes[log] < options_.own_file_bytes) {
        if (shared_ == nullptr) {
            const auto made = new_writer(options_.level);
            if (!made) return made;
            shared_ = *made;
        }
        return shared_;
    }
    ArchiveWriter*& own = own_[log];
    if (own == nullptr) {
        const auto made = new_writer(kOwnFileLevel);
        if (!made) return made;
        own = *made;
    }
    return own;
}

Result<std::vector<ArchivedFile>> ArchiveOutputs::finish() {
    std::vector<ArchivedFile> made;
    for (const Output& output : outputs_) {
        auto finished = output.writer->finish();
        if (!finished) return std::unexpected(std::move(finished.error()));
        made.push_back(archived_file(finished->number, {.until = options_.until,
                                                        .level = output.level,
                                                        .index = std::move(finished->index),
                                                        .bytes = finished->bytes}));
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

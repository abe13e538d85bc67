#include "storage/archive/archive_verifier.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/units.h"
#include "storage/archive/archive_block.h"
#include "storage/archive/archive_format.h"
#include "storage/damage.h"
#include "storage/patient_file.h"

namespace millrace::storage {
namespace {

constexpr std::size_t kSearchedBytes = 1_MiB;

class Verifier {
  public:
    Verifier(files::File& file, std::uint64_t size, std::uint64_t number, ArchiveVisitor& visitor)
        : file_(file), size_(size), number_(number), visitor_(visitor) {}

    Result<> run(const std::string& path) {
        const auto header = decode_archive_header(read(0, kArchiveHeaderBytes), number_);
        if (header && header->version > kArchiveFormatVersion)
            return fail_newer_version(path, header->version, kArchiveFormatVersion);
        if (!header) damage(0, file_.why("this is not the header of the archive with this number"));
        read_index();
        walk();
        report_named(size_, "there is no such block here");
        return {};
    }

  private:
    struct Named {
        LogId log;
        Run run;
    };

    /// Fewer bytes only at the file's end.
    std::string read(std::uint64_t position, std::size_t bytes) {
        const std::uint64_t left = size_ > position ? size_ - position : 0;
        std::string into(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, left)), '\0');
        into.resize(file_.read_at(position, into).value_or(0));
        return into;
    }

    void damage(std::uint64_t position, std::string what, std::optional<ArchiveDamage::Lost> lost = {}) {
        visitor_.on_damage({position, std::move(what), lost});
    }

    void read_index() {
        if (size_ < kArchiveHeaderBytes + kArchiveTrailerBytes) return;
        const std::uint64_t trailer_position = size_ - kArchiveTrailerBytes;
        const auto trailer = decode_archive_trailer(read(trailer_position, kArchiveTrailerBytes), number_);
        if (!trailer || trailer->index_position > trailer_position) return;
        const auto bytes = static_cast<std::size_t>(trailer_position - trailer->index_position);
        const auto index = decode_archive_index(read(trailer->index_position, bytes), number_, *trailer);
        if (!index) return;
        blocks_end_ = trailer->index_position;
        for (const auto& [log, runs] : *index) {
            for (const Run& run : runs) {
                if (!run.is_gap()) named_[run.position] = {log, run};
            }
        }
    }

    void walk() {
        const std::uint64_t end = blocks_end_.value_or(size_);
        std::uint64_t position = kArchiveHeaderBytes;
        while (position < end) {
            const auto header = decode_block_header(read(position, kBlockHeaderBytes), number_, position);
            if (header) {
                visit(*header, position);
                position += header->bytes();
                continue;
            }
            std::string what = file_.why("no valid block begins here");
            const auto next = find_block(position + 1, end);
            if (!next && !blocks_end_) break;  // what is left may be the index, as far as anyone can tell
            if (!named_.contains(position)) damage(position, what);
            position = next.value_or(end);
            report_named(position, what);
        }
        if (!blocks_end_)
            damage(std::min(position, size_), "from here to the end there is neither a block nor the index");
    }

    void visit(const BlockHeader& header, std::uint64_t position) {
        const auto named = named_.extract(position);
        const SharedBytes content{read(position + kBlockHeaderBytes, header.stored_bytes)};
        const auto raw = unpack_block(header, content);
        const auto entries = raw ? parse_block(header, *raw, header.first) : std::nullopt;
        if (!entries) {
            damage(position, file_.why("the block's content is not what was written"),
                   ArchiveDamage::Lost{header.log, header.first, header.count});
            return;
        }
        visitor_.on_block(header.log, *entries);
        if (blocks_end_ && (named.empty() || !is_block_of(header, named.mapped().log, named.mapped().run)))
            damage(position, "the index does not name the block that is here");
    }

    std::optional<std::uint64_t> find_block(std::uint64_t from, std::uint64_t end) {
        for (std::uint64_t window = from; window < end; window += kSearchedBytes) {
            // A header may lie across the window's end.
            const std::string bytes = read(window, kSearchedBytes + kBlockHeaderBytes);
            for (std::size_t at = find_block_candidate(bytes, 0); at < kSearchedBytes;
                 at = find_block_candidate(bytes, at + 1)) {
                if (window + at >= end) return std::nullopt;
                if (decode_block_header(std::string_view{bytes}.substr(at), number_, window + at))
                    return window + at;
            }
        }
        return std::nullopt;
    }

    /// The blocks before the position that the index names and that were not met.
    void report_named(std::uint64_t before, const std::string& what) {
        const auto end = named_.lower_bound(before);
        for (auto named = named_.begin(); named != end; ++named) {
            const auto& [position, block] = *named;
            damage(position, what, ArchiveDamage::Lost{block.log, block.run.first, block.run.count});
        }
        named_.erase(named_.begin(), end);
    }

    PatientFile file_;
    std::uint64_t size_;
    std::uint64_t number_;
    ArchiveVisitor& visitor_;
    std::optional<std::uint64_t> blocks_end_;  // where the index begins, when it is whole
    std::map<std::uint64_t, Named> named_;     // blocks of the index that were not met yet
};

}  // namespace

Result<> verify_archive(files::File& file, const std::string& path, std::uint64_t number,
                        ArchiveVisitor& visitor) {
    const auto size = file.size();
    if (!size) return std::unexpected(size.error());
    return Verifier{file, *size, number, visitor}.run(path);
}

}  // namespace millrace::storage

#include "services/lambda/code/zip_writer.h"

#include <fmt/format.h>
#include <memory>
#include <zip.h>

namespace millrace::lambda {

namespace {

constexpr zip_uint16_t kDosDate = (0 << 9) | (1 << 5) | 1;  // 1980-01-01, the earliest there is

struct Free {
    void operator()(zip_source_t* source) const { zip_source_free(source); }
};

std::unexpected<Error> failed(std::string_view what) {
    return fail(ErrorCode::kInternal, fmt::format("cannot make a zip archive: {}", what));
}

}  // namespace

Result<std::string> write_zip(const std::map<std::string, std::string>& files,
                              const std::set<std::string>& executable) {
    const std::unique_ptr<zip_source_t, Free> archive{zip_source_buffer_create(nullptr, 0, 0, nullptr)};
    if (!archive) return failed("no memory");
    zip_source_keep(archive.get());
    zip_t* zip = zip_open_from_source(archive.get(), ZIP_TRUNCATE, nullptr);
    if (zip == nullptr) {
        zip_source_free(archive.get());
        return failed("no memory");
    }
    for (const auto& [name, contents] : files) {
        zip_source_t* source = zip_source_buffer(zip, contents.data(), contents.size(), 0);
        const zip_int64_t added = zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (added < 0) {
            zip_source_free(source);
            auto error = failed(zip_strerror(zip));
            zip_discard(zip);
            return error;
        }
        const auto index = static_cast<zip_uint64_t>(added);
        const zip_uint32_t mode = name == "bootstrap" || executable.contains(name) ? 0100755U : 0100644U;
        zip_file_set_external_attributes(zip, index, 0, ZIP_OPSYS_UNIX, mode << 16);
        zip_file_set_dostime(zip, index, 0, kDosDate, 0);
    }
    if (zip_close(zip) != 0) {
        auto error = failed(zip_strerror(zip));
        zip_discard(zip);
        return error;
    }
    zip_source_open(archive.get());
    zip_source_seek(archive.get(), 0, SEEK_END);
    std::string bytes(static_cast<std::size_t>(zip_source_tell(archive.get())), '\0');
    zip_source_seek(archive.get(), 0, SEEK_SET);
    const bool whole =
        zip_source_read(archive.get(), bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size());
    zip_source_close(archive.get());
    if (!whole) return failed("it cannot be read back");
    return bytes;
}

}  // namespace millrace::lambda

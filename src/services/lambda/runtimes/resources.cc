#include "services/lambda/runtimes/resources.h"

#include "files/helpers.h"

namespace millrace::lambda {

Result<> write_runtime_resources(files::FileSystem& files, const std::string& directory) {
    for (const Resource& resource : runtime_resources()) {
        const std::string path = files::join(directory, resource.path);
        if (const auto there = files::read_file(files, path); there && *there == resource.contents) continue;
        if (Result<> made = files::create_directories(files, files::parent_of(path)); !made) return made;
        // A process that just starts reads the old file or the new one.
        const std::string aside = path + ".new";
        if (Result<> written = files::write_file(files, aside, resource.contents); !written) return written;
        if (Result<> renamed = files.rename(aside, path); !renamed) return renamed;
    }
    return {};
}

}  // namespace millrace::lambda

#pragma once

#include <string>
#include <vector>

#include "files/file_system.h"
#include "storage/catalog/replay.h"
#include "storage/doctor/finding.h"

namespace millrace::lambda {

/// Reads the packages below the data directory: each must be what its name, its SHA-256, says, and those that
/// the catalog's functions use must be there. Changes nothing.
[[nodiscard]] std::vector<storage::Finding> check_packages(files::FileSystem& files,
                                                           const std::string& data_directory,
                                                           const storage::CatalogMap::Pairs& pairs);

/// Copies the packages that are whole into another data directory; returns how many. Errors: those of
/// writing.
Result<std::size_t> copy_packages(files::FileSystem& files, const std::string& from, const std::string& to);

}  // namespace millrace::lambda

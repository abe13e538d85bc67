#include "storage/catalog/loose_logs.h"

#include <fmt/format.h>
#include <utility>

#include "base/log.h"
#include "base/number.h"

namespace millrace::storage {

std::string LooseLogs::key_of(LogId log) const {
    return fmt::format("{}{}", prefix_, log.value());
}

void LooseLogs::put(CatalogChange& change, LogId log) const {
    change.puts.emplace_back(key_of(log), "{}");
}

void LooseLogs::erase(CatalogChange& change, LogId log) const {
    change.erases.push_back(key_of(log));
}

void LooseLogs::give_back(LogId log) const {
    logs_.remove(log, [&catalog = catalog_, key = key_of(log)](const Result<>& removed) {
        const auto report = [](const std::string& of, const Error& error) {
            millrace::log(LogLevel::kWarn, "the bytes of a log that nobody has are kept until the next start",
                          {{"log", of}, {"error", error.message}});
        };
        if (!removed) return report(key, removed.error());
        catalog.commit({.erases = {key}}, [report, key](const Result<>& erased) {
            if (!erased) report(key, erased.error());
        });
    });
}

Result<> LooseLogs::give_back_all() const {
    for (const auto& [key, value] : catalog_.list(prefix_)) {
        const std::uint64_t log =
            parse_number<std::uint64_t>(std::string_view(key).substr(prefix_.size())).value_or(0);
        if (log == 0) {
            return fail(ErrorCode::kCorruption,
                        fmt::format("the catalog's entry {} is damaged: not a log", key));
        }
        give_back(LogId{log});
    }
    return {};
}

}  // namespace millrace::storage

#pragma once

#include <utility>

#include "services/logs/groups.h"

namespace millrace::logs {

/// Shared by the reads under way; says what came of them when the last one lets go.
struct Groups::Loading {
    explicit Loading(storage::Done when_done) : done(std::move(when_done)) {}
    Loading(const Loading&) = delete;
    Loading& operator=(const Loading&) = delete;
    ~Loading() { done(std::move(outcome)); }

    void fail(Error error) { outcome = std::unexpected(std::move(error)); }

    storage::Done done;
    Result<> outcome;
};

}  // namespace millrace::logs

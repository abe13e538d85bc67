#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/catalog/replay.h"
#include "storage/log_store.h"

namespace millrace::storage {

/// What a catalog's pairs mean, for people: every service adds what it knows of its own ones, without
/// running.
struct CatalogSurvey {
    std::map<LogId, std::string> logs;  ///< "queue work (000000000000, us-east-1)"
    std::vector<Error> unreadable;      ///< pairs that the service could not start with
};

/// Calls visit(key, value) for each pair whose key begins so.
template <class Visit>
void for_each_below(const CatalogMap::Pairs& pairs, std::string_view prefix, Visit visit) {
    for (auto pair = pairs.lower_bound(prefix); pair != pairs.end() && pair->first.starts_with(prefix);
         ++pair)
        visit(pair->first, pair->second);
}

}  // namespace millrace::storage

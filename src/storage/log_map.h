#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>

#include "storage/log_store.h"

namespace millrace::storage {

/// A value for each log, in one piece of memory: an entry of one of very many logs costs fewer waits for
/// memory than with std::unordered_map, and a new log no allocation of its own. An insertion invalidates
/// references and iterators.
template <class T>
using LogMap = boost::unordered_flat_map<LogId, T, std::hash<LogId>>;

}  // namespace millrace::storage

#pragma once

#include <exception>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "millrace/events.h"
#include "millrace/log.h"

/// Partial batch responses, for mappings with FunctionResponseTypes: ReportBatchItemFailures.
namespace millrace::lambda {

/// The records that are to come again. Of a stream, everything from the first of them on comes again.
class BatchFailures {
  public:
    template <class Record>
    void add(const Record& record) {
        failures_.push_back({{"itemIdentifier", record.item_identifier()}});
    }
    [[nodiscard]] bool empty() const { return failures_.empty(); }
    [[nodiscard]] std::size_t size() const { return failures_.size(); }

    /// The function's answer: {"batchItemFailures": [...]}
    [[nodiscard]] std::string answer() const {
        return nlohmann::json{{"batchItemFailures", failures_}}.dump();
    }

  private:
    nlohmann::json failures_ = nlohmann::json::array();
};

namespace detail {

/// Whether it returned; what it threw is logged.
template <class Record, class Handle>
bool succeeds(const Record& record, Handle& handle) {
    try {
        handle(record);
        return true;
    } catch (const std::exception& error) {
        log(Level::kError, "record failed",
            {{"itemIdentifier", record.item_identifier()}, {"error", error.what()}});
        return false;
    }
}

}  // namespace detail

/// Calls handle(record) for each until one throws: that one and those behind it come again, in their order.
template <class Handle>
BatchFailures each_record(const KinesisEvent& event, Handle handle) {
    BatchFailures failures;
    for (const KinesisRecord& record : event.records) {
        if (detail::succeeds(record, handle)) continue;
        failures.add(record);
        break;
    }
    return failures;
}

/// Calls handle(message) for each; those for which it throws come again. Of a FIFO queue, also those of the
/// same group behind one: they are not handled before it.
template <class Handle>
BatchFailures each_record(const SqsEvent& event, Handle handle) {
    BatchFailures failures;
    std::set<std::string> stopped;
    for (const SqsMessage& message : event.records) {
        const bool waits = message.is_fifo() && stopped.contains(message.group());
        if (!waits && detail::succeeds(message, handle)) continue;
        failures.add(message);
        stopped.insert(message.group());
    }
    return failures;
}

}  // namespace millrace::lambda

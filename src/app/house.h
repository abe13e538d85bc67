#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/backups.h"
#include "aws/faults/faults.h"
#include "base/error.h"
#include "http/message.h"
#include "net/loop.h"
#include "storage/journal/journal.h"
#include "storage/journal/writer.h"

namespace millrace::app {

struct HouseOptions {
    std::string data_dir;
    std::string account;
    std::string region;
    std::string fsync;
    std::string limits;
    std::vector<std::string> faults;
    bool allow_unknown_types = false;
    std::uint16_t debug_port = 0;
    bool private_tmp = false;
    std::uint16_t port = 0;
    std::string local_endpoint;  ///< "http://127.0.0.1:4566": where functions reach us
};

struct Rooms;

/// Storage, catalog, all services and the gateway before them, wired to each other: the one place that knows
/// them all. Threads: the loop is the home of every service.
class House {
  public:
    /// Opens the data directory and lets every service rebuild its state; `opened` runs on the loop. Errors
    /// are sentences for the person who started the program.
    static void open(net::Loop& loop, HouseOptions options,
                     std::move_only_function<void(Result<std::unique_ptr<House>>)> opened);
    ~House();

    /// One call of an AWS API, or of a function by its URL.
    void handle(http::Request request, http::Respond respond);

    /// What answers a call whose body is longer than body_limit() allows; the head is without it.
    [[nodiscard]] http::Response refuse_body(const http::Request& head);

    /// See cloudformation::Service::take_callback().
    void take_callback(std::string_view path, const std::string& body,
                       std::move_only_function<void(Result<>)> done);

    [[nodiscard]] storage::Health storage_health() const;
    /// Why old data cannot be archived at the moment; empty when it can.
    [[nodiscard]] storage::Journal::Stats storage_stats() const;
    [[nodiscard]] Backups& backups();
    [[nodiscard]] aws::Faults& faults();
    /// Forgets everything, on disk too.
    void reset(std::move_only_function<void(Result<>)> done);
    /// Ends functions and mappings, and stores what functions printed; what is acknowledged is already
    /// durable.
    void shutdown(Task done);

  private:
    explicit House(std::unique_ptr<Rooms> rooms);

    std::unique_ptr<Rooms> rooms_;
};

}  // namespace millrace::app

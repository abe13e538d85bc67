#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aws/testing.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"
#include "net/loop.h"
#include "services/lambda/execution/system_host.h"
#include "services/lambda/service.h"
#include "services/lambda/testing/memory_metrics.h"
#include "services/lambda/testing/memory_objects.h"
#include "services/lambda/testing/memory_queues.h"
#include "services/lambda/testing/memory_source.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::lambda::testing {

/// Lines as they were written.
class CollectingSink final : public ports::LogSink {
  public:
    void write(ports::LogLine line) override { lines.push_back(std::move(line)); }
    std::vector<ports::LogLine> lines;
};

struct InvokeAnswer {
    int status = 0;
    std::string body;  ///< of the reply, as JSON
    std::string payload;
    std::string function_error;
    std::string log_tail;
};

using Files = std::map<std::string, std::string>;

/// The whole service over a loop of its own, with real processes; storage and record source are in memory.
class ServiceTest : public ::testing::Test {
  protected:
    ServiceTest();
    ~ServiceTest() override;

    /// Closes the service and opens it again on the same storage; with another PATH, if one is given.
    void restart(const std::string& search_path = {});

    aws::testing::Answer call(std::string_view operation, std::string_view json);
    aws::testing::Call start_call(std::string_view operation, std::string_view json);
    bool run_until(const std::function<bool()>& condition, Milliseconds limit = Seconds{20});

    /// Creates the function and expects that to work.
    void create_local(const std::string& name, const std::string& runtime, const std::string& handler,
                      const Files& files, int timeout_seconds = 3);
    void create_zip(const std::string& name, const std::string& runtime, const std::string& handler,
                    const Files& files, int timeout_seconds = 3);

    aws::testing::Call start_invoke(const std::string& name, const std::string& payload,
                                    const std::string& log_type = "None",
                                    const std::string& type = "RequestResponse");
    InvokeAnswer invoke(const std::string& name, const std::string& payload,
                        const std::string& log_type = "None", const std::string& type = "RequestResponse");

    void write_file(const std::string& path, const std::string& contents);
    [[nodiscard]] std::string path(const std::string& relative) const;
    [[nodiscard]] const std::vector<ports::LogLine>& lines() const { return sink_.lines; }
    [[nodiscard]] std::size_t count_lines(std::string_view text) const;

    /// Kept in the catalog, of all mappings.
    [[nodiscard]] std::size_t checkpoints() const { return catalog_->list("lambda/checkpoints/").size(); }

    Service& service() { return *service_; }
    MemorySource& source() { return source_; }
    MemoryQueues& queues() { return queues_; }
    MemoryObjects& objects() { return objects_; }
    MemoryMetrics& metrics() { return metrics_; }
    net::Loop& loop() { return loop_; }

  private:
    void open();
    void close();
    void create(const std::string& name, const std::string& runtime, const std::string& handler,
                int timeout_seconds, const std::string& code_json);

    files::TemporaryDirectory directory_;
    std::string search_path_;
    files::PosixFileSystem files_;
    net::Loop loop_;
    SystemClock clock_;
    SystemRandom random_;
    CollectingSink sink_;
    SystemHost host_{loop_};
    storage::MemoryLogStore logs_{loop_};
    MemorySource source_{loop_};
    MemoryQueues queues_{loop_};
    MemoryObjects objects_;
    MemoryMetrics metrics_;
    std::unique_ptr<storage::LogCatalog> catalog_;
    std::unique_ptr<Service> service_;
    std::unique_ptr<aws::Registry> registry_;
};

}  // namespace millrace::lambda::testing

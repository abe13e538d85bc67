#include "app/serve.h"

#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <utility>

#include "app/admin.h"
#include "app/body_limit.h"
#include "app/house.h"
#include "app/memory.h"
#include "app/tls_option.h"
#include "base/log.h"
#include "files/posix_file_system.h"
#include "http/server.h"
#include "net/address.h"
#include "net/descriptor_limit.h"
#include "net/loop.h"
#include "net/signals.h"
#include "storage/journal/data_directory.h"

namespace millrace::app {
namespace {

/// Addresses only, but for the one name that is never anything else: "127.example.com" may be anywhere.
bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || (host.starts_with("127.") && net::resolves_at_once(host));
}

/// Where processes of this machine reach a server that listens there. An address, as not every SDK tries
/// both that "localhost" may stand for.
std::string local_host(const std::string& host) {
    if (host == "0.0.0.0" || host == "localhost") return "127.0.0.1";
    return host == "::" ? "::1" : host;
}

std::string endpoint_of(const std::string& host, std::uint16_t port, const char* scheme = "http") {
    return host.contains(':') ? fmt::format("{}://[{}]:{}", scheme, host, port)
                              : fmt::format("{}://{}:{}", scheme, host, port);
}

LogLevel level_of(const std::string& name) {
    if (name == "debug") return LogLevel::kDebug;
    if (name == "warn") return LogLevel::kWarn;
    return name == "error" ? LogLevel::kError : LogLevel::kInfo;
}

/// One run of the server, from the open port to the last answer.
class Run {
  public:
    Run(const ServeOptions& options, OnReady on_ready)
        : options_(options),
          on_ready_(std::move(on_ready)),
          signals_(loop_, {SIGTERM, SIGINT}, [this](int) { end(); }) {}

    int run() {
        if (auto listening = listen(); !listening) return refuse(listening.error());
        // A port already taken must not leave a data directory behind, so the house opens second.
        House::open(loop_, house_options(),
                    [this](Result<std::unique_ptr<House>> house) { opened(std::move(house)); });
        loop_.run();
        server_.reset();
        admin_.reset();
        house_.reset();
        return status_;
    }

  private:
    Result<> listen() {
        auto server = http::Server::open(
            loop_,
            {.host = options_.host,
             .port = options_.port,
             .limits = {.body_limit = body_limit},
             .refuse_body = [this](const http::Request& head) { return refuse_body(head); }},
            [this](http::Request request, http::Respond respond) {
                handle(std::move(request), std::move(respond));
            });
        if (!server) return std::unexpected(server.error());
        server_ = std::move(*server);
        // It may make a certificate there.
        files::PosixFileSystem files;
        if (auto ours = storage::check_data_directory(files, options_.data_dir); !ours)
            return std::unexpected(std::move(ours.error()));
        auto tls = open_tls(options_);
        if (!tls) return std::unexpected(tls.error());
        secure_ = *tls != nullptr;
        server_->offer_tls(std::move(*tls));
        return {};
    }

    [[nodiscard]] HouseOptions house_options() const {
        return {.data_dir = options_.data_dir,
                .account = options_.account,
                .region = options_.region,
                .fsync = options_.fsync,
                .limits = options_.limits,
                .faults = options_.faults,
                .allow_unknown_types = options_.allow_unknown_types,
                .debug_port = options_.debug_port,
                .private_tmp = !options_.shared_tmp,
                .port = server_->port(),
                .local_endpoint = endpoint_of(local_host(options_.host), server_->port())};
    }

    void opened(Result<std::unique_ptr<House>> house) {
        if (!house) {
            status_ = refuse(house.error());
            return loop_.stop();
        }
        house_ = std::move(*house);
        admin_ = std::make_unique<Admin>(*house_, options_);
        if (ending_) return end_house();
        const std::string endpoint = endpoint_of(options_.host, server_->port());
        log_ready(endpoint);
        on_ready_(endpoint, [this, inbox = loop_.inbox()](int status) {
            inbox->post([this, status] {  // dropped when the loop is gone
                status_ = status;
                end();
            });
        });
        unmap_code_of_the_start();
    }

    void log_ready(const std::string& endpoint) const {
        if (!secure_) {
            return announce("ready", {{"endpoint", endpoint}, {"data_dir", options_.data_dir}});
        }
        announce("ready", {{"endpoint", endpoint},
                           {"https_endpoint", endpoint_of(options_.host, server_->port(), "https")},
                           {"data_dir", options_.data_dir}});
    }

    void handle(http::Request request, http::Respond respond) {
        if (!house_) return respond(starting());
        if (Admin::owns(request)) return admin_->handle(request, std::move(respond));
        house_->handle(std::move(request), std::move(respond));
    }

    http::Response refuse_body(const http::Request& head) {
        return house_ ? house_->refuse_body(head) : starting();
    }

    static http::Response starting() { return http::text_response(503, "millrace is starting"); }

    void end() {
        if (std::exchange(ending_, true)) return loop_.stop();  // asked twice: at once
        if (house_) end_house();
    }

    /// Functions first, since their last calls come in through the server; then the answers in flight.
    void end_house() {
        house_->shutdown([this] { server_->stop([this] { loop_.stop(); }); });
    }

    static int refuse(const Error& error) {
        std::fprintf(stderr, "millrace: %s\n", error.message.c_str());
        return 1;
    }

    const ServeOptions& options_;
    OnReady on_ready_;
    net::Loop loop_;
    net::Signals signals_;
    std::unique_ptr<House> house_;
    std::unique_ptr<Admin> admin_;
    std::unique_ptr<http::Server> server_;
    bool secure_ = false;  ///< https is offered too; functions keep to http
    bool ending_ = false;
    int status_ = 0;
};

}  // namespace

int serve(const ServeOptions& options, OnReady on_ready) {
    net::raise_descriptor_limit();
    if (!is_loopback(options.host) && !options.allow_unauthenticated) {
        std::fprintf(
            stderr,
            "millrace: %s is not a loopback address, and signatures are not verified, so anybody who reaches "
            "the port could run code here; pass --allow-unauthenticated if that is what you want\n",
            options.host.c_str());
        return 1;
    }
    set_log_level(level_of(options.log_level));
    keep_memory_of_large_answers();
    return Run{options, std::move(on_ready)}.run();
}

}  // namespace millrace::app

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::app {

/// What `millrace serve` and `millrace up` are told.
struct ServeOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 4566;
    std::string data_dir = "./millrace-data";
    std::string account = "000000000000";  ///< of requests whose access key is not an account
    std::string region = "us-east-1";      ///< of requests that name none
    std::string fsync = "always";          ///< "always", "never" or "interval:<milliseconds>"
    std::string log_level = "info";
    std::string limits = "none";  ///< "none" or "aws"
    bool tls = false;             ///< with a certificate of our own making
    std::string tls_cert;         ///< PEM file; empty for none
    std::string tls_key;
    std::vector<std::string> faults;   ///< calls that fail on purpose (docs/faults.md)
    std::uint16_t debug_port = 0;      ///< the first for debuggers of functions; 0: none
    bool shared_tmp = false;           ///< functions have the machine's /tmp
    bool allow_unknown_types = false;  ///< templates' resources that nobody offers are skipped
    bool allow_reset = false;
    bool allow_unauthenticated = false;
};

}  // namespace millrace::app

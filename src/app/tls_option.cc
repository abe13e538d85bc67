#include "app/tls_option.h"

#include <filesystem>
#include <string>

#include "base/log.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"
#include "net/self_signed.h"

namespace millrace::app {
namespace {

constexpr std::uint64_t kCertificateBytesMax = 64 << 10;
constexpr unsigned kKeyPermissions = 0600;

/// The key first: a certificate that is there has its key.
Result<> make_local(files::FileSystem& files, const std::string& certificate, const std::string& key) {
    auto made = net::make_self_signed();
    if (!made) return std::unexpected(made.error());
    if (auto done = files::create_directories(files, files::parent_of(key)); !done) return done;
    if (auto done = files::write_file_atomically(files, key, made->key, kKeyPermissions); !done) return done;
    return files::write_file_atomically(files, certificate, made->certificate);
}

Result<std::shared_ptr<net::TlsContext>> open_local(const std::string& data_dir) {
    files::PosixFileSystem files;
    const std::string directory = std::filesystem::absolute(data_dir).lexically_normal().string();
    const std::string certificate = files::join(directory, kTlsCertificateFile);
    const std::string key = files::join(directory, kTlsKeyFile);
    const auto before = files::read_file(files, certificate, kCertificateBytesMax);
    const bool make = !before || !net::is_still_good(*before) || !files::exists(files, key);
    if (make) {
        if (auto made = make_local(files, certificate, key); !made) return std::unexpected(made.error());
    }
    log(LogLevel::kInfo,
        make ? "made a certificate for localhost; clients trust it when these variables name it"
             : "clients trust the certificate for localhost when these variables name it",
        {{"AWS_CA_BUNDLE", certificate}, {"NODE_EXTRA_CA_CERTS", certificate}});
    return net::TlsContext::open(certificate, key);
}

}  // namespace

Result<std::shared_ptr<net::TlsContext>> open_tls(const ServeOptions& options) {
    if (options.tls) return open_local(options.data_dir);
    if (options.tls_cert.empty()) return std::shared_ptr<net::TlsContext>();
    return net::TlsContext::open(options.tls_cert, options.tls_key);
}

}  // namespace millrace::app

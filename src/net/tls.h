#pragma once

#include <cstddef>
#include <memory>
#include <openssl/ssl.h>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::net {

struct TlsDelete {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

/// What all TLS connections of a server share: certificate, versions (1.2 and newer, no renegotiation), the
/// protocols offered by ALPN (h2, http/1.1) and the keys of session tickets. Immutable; connections
/// keep what they need of it.
class TlsContext {
  public:
    /// PEM files; the certificate may be followed by its chain. The error is a sentence for the person who
    /// named them.
    static Result<std::shared_ptr<TlsContext>> open(const std::string& certificate_file,
                                                    const std::string& key_file);
    explicit TlsContext(std::unique_ptr<SSL_CTX, TlsDelete> context) : context_(std::move(context)) {}

    [[nodiscard]] SSL_CTX* get() const { return context_.get(); }

  private:
    std::unique_ptr<SSL_CTX, TlsDelete> context_;
};

/// TLS of one connection, the server's side, without a socket: bytes of the network in and out, plain bytes
/// out and in.
class TlsStream {
  public:
    explicit TlsStream(const TlsContext& context);

    enum class State { kOpen, kEnded, kFailed };

    /// Takes what came from the network.
    void receive(std::string_view bytes);
    /// The next plain bytes into the buffer: their number, 0 when there are none now; state() tells why.
    [[nodiscard]] std::size_t read(char* buffer, std::size_t size);
    /// Encrypts. What is written before the handshake is over is lost.
    void write(std::string_view plain);
    /// Tells the peer that no more comes.
    void end();
    /// What must go to the network.
    [[nodiscard]] std::string take_output();

    /// The handshake is over.
    [[nodiscard]] bool established() const;
    [[nodiscard]] State state() const { return state_; }
    /// Why it failed, in OpenSSL's words.
    [[nodiscard]] const std::string& failure() const { return failure_; }

  private:
    std::unique_ptr<SSL, TlsDelete> ssl_;
    BIO* in_ = nullptr;   ///< owned by ssl_
    BIO* out_ = nullptr;  ///< owned by ssl_
    State state_ = State::kOpen;
    std::string failure_;
};

/// The first byte of a TLS connection (a handshake record); no request begins with it.
inline constexpr char kTlsFirstByte = 0x16;

/// What one record carries (RFC 8446, section 5.1).
inline constexpr std::size_t kTlsRecordBytesMax = 16384;

}  // namespace millrace::net

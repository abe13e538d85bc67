#include "net/tls.h"

#include <algorithm>
#include <array>
#include <climits>
#include <openssl/err.h>

namespace millrace::net {
namespace {

std::string openssl_reason() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "no reason given" : reason;
}

std::unexpected<Error> refuse(const std::string& what) {
    return fail(ErrorCode::kInvalidArgument, what + ": " + openssl_reason());
}

/// The first of ours that the client knows. None: the connection goes on, and its first bytes decide.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
    static constexpr std::string_view kOurs = "\x02h2\x08http/1.1";
    unsigned char* found = nullptr;
    const int outcome =
        SSL_select_next_proto(&found, chosen_size, reinterpret_cast<const unsigned char*>(kOurs.data()),
                              static_cast<unsigned int>(kOurs.size()), offered, offered_size);
    *chosen = found;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::open(const std::string& certificate_file,
                                                     const std::string& key_file) {
    ERR_clear_error();
    std::unique_ptr<SSL_CTX, TlsDelete> context(SSL_CTX_new(TLS_server_method()));
    if (!context) return refuse("cannot set up TLS");
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    static constexpr std::string_view kSessions = "millrace";
    SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char*>(kSessions.data()),
                                   static_cast<unsigned int>(kSessions.size()));
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1) {
        return refuse("cannot use " + certificate_file + " as a certificate (PEM is expected)");
    }
    if (SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        return refuse("cannot use " + key_file + " as the key of " + certificate_file);
    }
    return std::make_shared<TlsContext>(std::move(context));
}

TlsStream::TlsStream(const TlsContext& context)
    : ssl_(SSL_new(context.get())), in_(BIO_new(BIO_s_mem())), out_(BIO_new(BIO_s_mem())) {
    SSL_set_bio(ssl_.get(), in_, out_);
    SSL_set_accept_state(ssl_.get());
}

void TlsStream::receive(std::string_view bytes) {
    BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
}

std::size_t TlsStream::read(char* buffer, std::size_t size) {
    if (state_ != State::kOpen) return 0;
    ERR_clear_error();
    const int got = SSL_read(ssl_.get(), buffer, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
    if (got > 0) return static_cast<std::size_t>(got);
    const int error = SSL_get_error(ssl_.get(), got);
    if (error == SSL_ERROR_ZERO_RETURN) {
        state_ = State::kEnded;
    } else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        state_ = State::kFailed;
        failure_ = openssl_reason();
    }
    return 0;
}

bool TlsStream::established() const {
    return SSL_is_init_finished(ssl_.get()) != 0;
}

void TlsStream::write(std::string_view plain) {
    if (state_ == State::kFailed || !established()) return;
    while (!plain.empty()) {
        ERR_clear_error();
        const int sent = SSL_write(ssl_.get(), plain.data(),
                                   static_cast<int>(std::min<std::size_t>(plain.size(), INT_MAX)));
        if (sent <= 0) return;  // a memory BIO takes everything, so the session is over
        plain.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void TlsStream::end() {
    if (state_ != State::kFailed && established()) SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

std::string TlsStream::take_output() {
    std::string output(static_cast<std::size_t>(BIO_pending(out_)), '\0');
    if (!output.empty()) BIO_read(out_, output.data(), static_cast<int>(output.size()));
    return output;
}

}  // namespace millrace::net

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace millrace::codec {

/// Digest algorithm of OpenSSL, looked up once a process: the lookup costs more than hashing a short message.
class OpensslDigest {
  public:
    /// `name` as OpenSSL knows it ("SHA256"); `size` is that of the sum in bytes.
    OpensslDigest(const char* name, std::size_t size);
    ~OpensslDigest();
    OpensslDigest(const OpensslDigest&) = delete;
    OpensslDigest& operator=(const OpensslDigest&) = delete;

    /// The raw sum of the parts one after another. Safe from any thread.
    [[nodiscard]] std::string operator()(std::initializer_list<std::string_view> parts) const;

  private:
    void* algorithm_;  ///< EVP_MD
    std::size_t size_;
};

}  // namespace millrace::codec

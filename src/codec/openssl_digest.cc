#include "codec/openssl_digest.h"

#include <memory>
#include <openssl/evp.h>

#include "base/assert.h"

namespace millrace::codec {
namespace {

struct ContextFree {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

OpensslDigest::OpensslDigest(const char* name, std::size_t size)
    : algorithm_(EVP_MD_fetch(nullptr, name, nullptr)), size_(size) {
    MILLRACE_ASSERT(algorithm_ != nullptr);
    MILLRACE_ASSERT(EVP_MD_get_size(static_cast<EVP_MD*>(algorithm_)) == static_cast<int>(size));
}

OpensslDigest::~OpensslDigest() {
    EVP_MD_free(static_cast<EVP_MD*>(algorithm_));
}

std::string OpensslDigest::operator()(std::initializer_list<std::string_view> parts) const {
    thread_local const std::unique_ptr<EVP_MD_CTX, ContextFree> context{EVP_MD_CTX_new()};
    bool good = EVP_DigestInit_ex2(context.get(), static_cast<EVP_MD*>(algorithm_), nullptr) == 1;
    for (const std::string_view part : parts) {
        good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    }
    std::string sum(size_, '\0');
    good =
        good && EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(sum.data()), nullptr) == 1;
    MILLRACE_ASSERT(good);
    return sum;
}

}  // namespace millrace::codec

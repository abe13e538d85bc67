#include "codec/md5.h"

#include "codec/hex.h"
#include "codec/openssl_digest.h"

namespace millrace::codec {

std::string md5(std::string_view bytes) {
    static const OpensslDigest digest{"MD5", 16};
    return digest({bytes});
}

std::string md5_hex(std::string_view bytes) {
    return hex_encode(md5(bytes));
}

}  // namespace millrace::codec

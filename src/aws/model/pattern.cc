#include "aws/model/pattern.h"

#include <memory>
#include <re2/re2.h>

namespace millrace::aws {

namespace {

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

const re2::RE2& Pattern::compiled() const {
    if (const re2::RE2* ready = compiled_.load(std::memory_order_acquire)) {
        return *ready;
    }
    auto fresh = std::make_unique<re2::RE2>(piece(expression_), re2::RE2::Quiet);
    const re2::RE2* first = nullptr;
    if (compiled_.compare_exchange_strong(first, fresh.get(), std::memory_order_acq_rel)) {
        return *fresh.release();
    }
    return *first;
}

bool Pattern::matches(std::string_view value) const {
    return re2::RE2::FullMatch(piece(value), compiled());
}

bool Pattern::valid() const {
    return compiled().ok();
}

}  // namespace millrace::aws

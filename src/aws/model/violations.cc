#include "aws/model/violations.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace millrace::aws {

namespace {

void append_lower_camel(std::string& out, std::string_view name) {
    const std::size_t first = out.size();
    out += name;
    if (out.size() > first && out[first] >= 'A' && out[first] <= 'Z')
        out[first] = static_cast<char>(out[first] + 32);
}

}  // namespace

void Path::append_to(std::string& out) const {
    if (parent_ == nullptr) return;
    parent_->append_to(out);
    if (!out.empty()) out += '.';
    if (member_ != nullptr) return append_lower_camel(out, member_->name);
    if (key_.data() != nullptr) {
        out += key_;
    } else {
        out += std::to_string(index_ + 1);
    }
    out += ".member";
}

std::string Path::text() const {
    std::string out;
    append_to(out);
    return out;
}

std::string_view Path::member_name() const {
    if (member_ != nullptr) return member_->name;
    return parent_ == nullptr ? std::string_view{} : parent_->member_name();
}

void Violations::add_missing(const Path& path) {
    if (full()) return;
    if (first_missing_.empty()) first_missing_ = path.member_name();
    const std::string& text = missing_.emplace_back(path.text());
    texts_.push_back(
        fmt::format("Value null at '{}' failed to satisfy constraint: Member must not be null", text));
}

bool Violations::is_missing(std::string_view path) const {
    return std::ranges::any_of(missing_, [path](std::string_view missing) {
        return path.starts_with(missing) && (path.size() == missing.size() || path[missing.size()] == '.');
    });
}

void Violations::add(const Path& path, std::string_view value, std::string_view constraint) {
    if (full()) return;
    const std::string text = path.text();
    if (is_missing(text)) return;
    texts_.push_back(
        fmt::format("Value '{}' at '{}' failed to satisfy constraint: {}", value, text, constraint));
}

ServiceError Violations::to_error(const ServiceModel& service) const {
    ServiceError error{.code = std::string(service.validation_code), .message = {}};
    error.query_code = service.validation_query_code;
    if (service.validation == ValidationStyle::kParameters && !first_missing_.empty()) {
        error.message = fmt::format("The request must contain the parameter {}.", first_missing_);
    } else {
        error.message = fmt::format("{} validation error{} detected: {}", texts_.size(),
                                    texts_.size() == 1 ? "" : "s", fmt::join(texts_, "; "));
    }
    return error;
}

}  // namespace millrace::aws

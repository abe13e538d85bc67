#pragma once

#include <map>
#include <string>
#include <string_view>

namespace millrace::sdk {

/// An answer, whoever fetched it.
struct HttpResponse {
    long status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    /// "Name: value", with or without its line end; a line without a colon is no header.
    void add_header(std::string_view line) {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) return;
        std::string name{line.substr(0, colon)};
        for (char& c : name) c = (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
        const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
        const std::size_t end = line.find_last_not_of(" \t\r\n");
        const bool empty = begin == std::string_view::npos || end < begin;
        headers[name] = empty ? "" : line.substr(begin, end - begin + 1);
    }

    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string() : found->second;
    }
};

}  // namespace millrace::sdk

#include "aws/protocol/rest_router.h"

#include <algorithm>

#include "codec/uri.h"

namespace millrace::aws {

namespace {

using Parts = std::vector<std::string_view>;

/// "/a/{b}/" and "/a/{b}" are both a, {b}. A query that an API's path template carries ("?x") is no part of
/// it.
Parts split_path(std::string_view path) {
    path = path.substr(0, path.find('?'));
    Parts parts;
    while (!path.empty()) {
        path.remove_prefix(path.front() == '/' ? 1 : 0);
        const std::size_t end = path.find('/');
        parts.push_back(path.substr(0, end));
        path.remove_prefix(std::min(end, path.size()));
    }
    while (!parts.empty() && parts.back().empty()) parts.pop_back();
    return parts;
}

bool is_label(std::string_view part) {
    return part.starts_with('{') && part.ends_with('}');
}

PathLabels labels_of(const Parts& pattern, const Parts& path) {
    PathLabels labels;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (!is_label(pattern[i])) continue;
        const std::string_view name = pattern[i].substr(1, pattern[i].size() - 2);
        // What is no percent-encoding stands for itself; the member's pattern will refuse it.
        labels.emplace(name, codec::percent_decode(path[i]).value_or(std::string(path[i])));
    }
    return labels;
}

}  // namespace

void RestRouter::add_entry(Entry entry, std::string_view pattern) {
    const auto [path, query] = codec::split_target(pattern);
    entry.parts = split_path(path);
    entry.query = query;
    entries_.push_back(std::move(entry));
}

void RestRouter::add(const ServiceModel& service) {
    if (!service.speaks(Protocol::kRestJson)) return;
    for (const OperationModel* operation : service.operations) {
        add_entry({&service, operation, operation->name, operation->http.method, {}, {}},
                  operation->http.path);
    }
    for (const AbsentOperation& absent : service.absent) {
        add_entry({&service, nullptr, absent.name, absent.http.method, {}, {}}, absent.http.path);
    }
}

/// How many parts are equal to the letter, or -1 when the request does not fit.
int RestRouter::fit(const Entry& entry, const Parts& path, std::string_view query) {
    if (entry.parts.size() != path.size()) return -1;
    int literal = entry.query.empty() ? 0 : 1;
    if (query.find(entry.query) == std::string_view::npos) return -1;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (is_label(entry.parts[i])) {
            if (path[i].empty()) return -1;
        } else if (entry.parts[i] == path[i]) {
            ++literal;
        } else {
            return -1;
        }
    }
    return literal;
}

RestRoute RestRouter::find(std::string_view method, std::string_view target) const {
    const auto [path, query] = codec::split_target(target);
    const Parts parts = split_path(path);
    const Entry* best = nullptr;
    int best_fit = -1;
    for (const Entry& entry : entries_) {
        if (entry.method != method) continue;
        const int found = fit(entry, parts, query);
        if (found > best_fit) {
            best = &entry;
            best_fit = found;
        }
    }
    if (best == nullptr) return {};
    return {best->service, best->operation, best->name, labels_of(best->parts, parts)};
}

}  // namespace millrace::aws

#include "services/cloudformation/template/loops.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "services/cloudformation/template/language_extensions.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/transform.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

constexpr std::size_t kValueBytes = 8;  ///< what a value counts besides its text

std::unexpected<Error> wrong(const std::string& source, std::string_view message) {
    return template_error(fmt::format("{}: {}", source, message));
}

std::string alphanumerics_of(std::string_view text) {
    std::string kept;
    std::ranges::copy_if(text, std::back_inserter(kept), [](char c) { return is_logical_id({&c, 1}); });
    return kept;
}

void replace_all(std::string& text, const std::string& mark, const std::string& by) {
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size())) {
        text.replace(at, mark.size(), by);
    }
}

}  // namespace

Result<json::value> LoopExpander::expand(const json::value& from, const std::string& path) {
    return value(from, path, path);
}

Result<json::value> LoopExpander::value(const json::value& from, const std::string& source,
                                        const std::string& path) {
    if (auto paid = charge(kValueBytes, source); !paid) return std::unexpected(paid.error());
    if (from.is_object()) return object(from.get_object(), source, path);
    if (from.is_array()) {
        json::array list;
        for (std::size_t i = 0; i < from.get_array().size(); ++i) {
            const std::string index = fmt::to_string(i);
            auto item = value(from.get_array()[i], join_path(source, index), join_path(path, index));
            if (!item) return item;
            list.push_back(std::move(*item));
        }
        return json::value(std::move(list));
    }
    if (!from.is_string()) return from;
    std::string text = substitute(from.get_string());
    if (auto paid = charge(text.size(), source); !paid) return std::unexpected(paid.error());
    return json::value(text);
}

Result<json::value> LoopExpander::object(const json::object& from, const std::string& source,
                                         const std::string& path) {
    if (from.size() == 1 && from.begin()->key() == "Ref" && from.begin()->value().is_string()) {
        const std::string_view name = from.begin()->value().get_string();
        const auto variable = std::ranges::find(variables_, name, &Variable::name);
        if (variable != variables_.end()) return json::value(variable->value);
    }
    json::object result;
    for (const auto& [name, inner] : from) {
        const std::string member_source = join_path(source, name);
        if (std::string_view(name).starts_with(kLoopPrefix)) {
            if (auto done = loop(inner, member_source, path, result); !done)
                return std::unexpected(done.error());
            continue;
        }
        std::string key = substitute(name);
        auto expanded = value(inner, member_source, join_path(path, key));
        if (!expanded) return expanded;
        if (auto done = put(result, std::move(key), std::move(*expanded), member_source); !done)
            return std::unexpected(done.error());
    }
    if (auto settled = settle_names(result, source); !settled) return std::unexpected(settled.error());
    return json::value(std::move(result));
}

/// Functions that give Ref or Fn::GetAtt a name become that name.
Result<> LoopExpander::settle_names(json::object& call, const std::string& source) const {
    if (call.size() != 1) return {};
    json::value& argument = call.begin()->value();
    if (call.begin()->key() == "Ref") return settle_name(argument, source);
    if (call.begin()->key() != "Fn::GetAtt" || !argument.is_array()) return {};
    for (json::value& part : argument.get_array()) {
        if (auto settled = settle_name(part, source); !settled) return settled;
    }
    return {};
}

Result<> LoopExpander::settle_name(json::value& name, const std::string& source) const {
    if (!name.is_object()) return {};
    auto evaluated = evaluate(name, environment_, source);
    if (!evaluated) return wrong(source, evaluated.error().message);
    if (*evaluated && (*evaluated)->is_string()) name = std::move(**evaluated);
    return {};
}

Result<> LoopExpander::loop(const json::value& body, const std::string& source, const std::string& path,
                            json::object& into) {
    const json::array* parts = body.if_array();
    const bool fits = parts != nullptr && parts->size() == 3 && (*parts)[0].is_string() &&
                      ((*parts)[1].is_array() || (*parts)[1].is_object()) && (*parts)[2].is_object();
    if (!fits) {
        return wrong(source,
                     "Fn::ForEach layout is incorrect: it takes an identifier, a collection and a map");
    }
    const std::string identifier((*parts)[0].get_string());
    if (!is_logical_id(identifier)) {
        return wrong(source, fmt::format("the identifier {} is non alphanumeric", identifier));
    }
    if (is_taken(identifier)) {
        return wrong(source,
                     fmt::format("the identifier {} is already in use, by a parameter or by a loop around",
                                 identifier));
    }
    if (variables_.size() >= kLoopNestingMax) {
        return wrong(source, fmt::format("loops can be nested {} deep at most", kLoopNestingMax));
    }
    auto collection = items((*parts)[1], join_path(source, "1"));
    if (!collection) return std::unexpected(collection.error());
    variables_.push_back({identifier, {}});
    Result<> done;
    for (std::string& item : *collection) {
        variables_.back().value = std::move(item);
        done = repeat((*parts)[2].get_object(), join_path(source, "2"), path, into);
        if (!done) break;
    }
    variables_.pop_back();
    return done;
}

/// What one item of the collection makes.
Result<> LoopExpander::repeat(const json::object& fragment, const std::string& source,
                              const std::string& path, json::object& into) {
    auto expanded = object(fragment, source, path);
    if (!expanded) return std::unexpected(expanded.error());
    if (!expanded->is_object()) return wrong(source, "what a loop repeats must be a map");
    for (auto& [key, made] : expanded->get_object()) {
        origins_.emplace(join_path(path, key), source);
        if (auto done = put(into, key, std::move(made), source); !done) return done;
    }
    return {};
}

Result<> LoopExpander::put(json::object& into, std::string key, json::value value,
                           const std::string& source) {
    if (auto paid = charge(key.size() + kValueBytes, source); !paid) return paid;
    if (!into.emplace(key, std::move(value)).second) {
        return wrong(
            source,
            fmt::format("the key {} is there already; a loop's keys must contain its identifier", key));
    }
    return {};
}

Result<std::vector<std::string>> LoopExpander::items(const json::value& collection,
                                                     const std::string& source) {
    auto written = value(collection, source, source);
    if (!written) return std::unexpected(written.error());
    auto evaluated = evaluate(*written, environment_, source);
    if (!evaluated) return std::unexpected(evaluated.error());
    if (!*evaluated || !(*evaluated)->is_array()) return wrong(source, "the collection is not a list");
    if ((*evaluated)->get_array().size() > kLoopItemsMax) {
        return wrong(source, fmt::format("the collection has {} items, more than {}",
                                         (*evaluated)->get_array().size(), kLoopItemsMax));
    }
    std::vector<std::string> texts;
    for (const json::value& item : (*evaluated)->get_array()) {
        auto text = scalar_text(item);
        if (!text) return wrong(source, "the collection has an item that is not a string");
        texts.push_back(std::move(*text));
    }
    return texts;
}

std::string LoopExpander::substitute(std::string_view text) const {
    std::string result(text);
    for (const Variable& variable : variables_) {
        replace_all(result, "${" + variable.name + "}", variable.value);
        replace_all(result, "&{" + variable.name + "}", alphanumerics_of(variable.value));
    }
    return result;
}

bool LoopExpander::is_taken(std::string_view identifier) const {
    return environment_.source->find_parameter(identifier) != nullptr ||
           std::ranges::find(variables_, identifier, &Variable::name) != variables_.end();
}

Result<> LoopExpander::charge(std::size_t bytes, const std::string& source) {
    spent_ += bytes;
    if (spent_ <= kProcessedBytesMax) return {};
    return wrong(source, fmt::format("the template grows to more than {} bytes", kProcessedBytesMax));
}

}  // namespace millrace::cloudformation

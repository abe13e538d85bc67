#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace millrace::cloudformation {

/// One description of a record's members serves both ways: `fields(archive)` with a FieldWriter makes the
/// object, with a FieldReader fills the members. Enumerations give
/// their last enumerator too. A member that is absent keeps its default; one of another
/// kind fails the reader.
class FieldWriter {
  public:
    void operator()(std::string_view name, const std::string& value) { put(name, value); }
    void operator()(std::string_view name, bool value) { put(name, value); }
    void operator()(std::string_view name, int value) { put(name, value); }
    void operator()(std::string_view name, WallTime value) { put(name, to_millis(value)); }
    void operator()(std::string_view name, const std::optional<WallTime>& value) {
        if (value) put(name, to_millis(*value));
    }
    void operator()(std::string_view name, const boost::json::object& value) { put(name, value); }
    void operator()(std::string_view name, const std::optional<boost::json::object>& value) {
        if (value) put(name, *value);
    }
    void operator()(std::string_view name, const std::vector<std::string>& value) {
        put(name, boost::json::array(value.begin(), value.end()));
    }
    void operator()(std::string_view name, const std::set<std::string>& value) {
        put(name, boost::json::array(value.begin(), value.end()));
    }
    void operator()(std::string_view name, const std::map<std::string, std::string>& value) {
        boost::json::object object;
        for (const auto& [key, text] : value) object[key] = text;
        put(name, std::move(object));
    }
    template <class Enum>
        requires std::is_enum_v<Enum>
    void operator()(std::string_view name, Enum value, Enum /*last*/) {
        put(name, static_cast<std::int64_t>(value));
    }
    template <class Record>
    void records(std::string_view name, const std::vector<Record>& list) {
        boost::json::array array;
        for (const Record& record : list) array.push_back(write(record));
        put(name, std::move(array));
    }
    template <class Record>
    void record(std::string_view name, const Record& value) {
        put(name, write(value));
    }

    /// The object of a record for which fields(archive, record) is declared.
    template <class Record>
    static boost::json::object write(const Record& record) {
        FieldWriter writer;
        fields(writer, const_cast<Record&>(record));  // the writer reads only
        return std::move(writer.object_);
    }

  private:
    template <class T>
    void put(std::string_view name, T&& value) {
        object_.insert_or_assign(name, std::forward<T>(value));
    }

    boost::json::object object_;
};

class FieldReader {
  public:
    explicit FieldReader(const boost::json::object& object) : object_(object) {}

    void operator()(std::string_view name, std::string& value) {
        if (const auto* text = get(name, &boost::json::value::if_string)) value = *text;
    }
    void operator()(std::string_view name, bool& value) {
        if (const auto* truth = get(name, &boost::json::value::if_bool)) value = *truth;
    }
    void operator()(std::string_view name, int& value) {
        if (const auto* number = get(name, &boost::json::value::if_int64)) value = static_cast<int>(*number);
    }
    void operator()(std::string_view name, WallTime& value) {
        if (const auto* millis = get(name, &boost::json::value::if_int64)) value = from_millis(*millis);
    }
    void operator()(std::string_view name, std::optional<WallTime>& value) {
        if (const auto* millis = get(name, &boost::json::value::if_int64)) value = from_millis(*millis);
    }
    void operator()(std::string_view name, boost::json::object& value) {
        if (const auto* object = get(name, &boost::json::value::if_object)) value = *object;
    }
    void operator()(std::string_view name, std::optional<boost::json::object>& value) {
        if (const auto* object = get(name, &boost::json::value::if_object)) value = *object;
    }
    void operator()(std::string_view name, std::vector<std::string>& value) {
        each_text(name, [&](std::string text) { value.push_back(std::move(text)); });
    }
    void operator()(std::string_view name, std::set<std::string>& value) {
        each_text(name, [&](std::string text) { value.insert(std::move(text)); });
    }
    void operator()(std::string_view name, std::map<std::string, std::string>& value) {
        const auto* object = get(name, &boost::json::value::if_object);
        if (object == nullptr) return;
        for (const auto& [key, text] : *object) {
            if (text.is_string()) {
                value.emplace(key, text.get_string());
            } else {
                good_ = false;
            }
        }
    }
    template <class Enum>
        requires std::is_enum_v<Enum>
    void operator()(std::string_view name, Enum& value, Enum last) {
        const auto* number = get(name, &boost::json::value::if_int64);
        if (number == nullptr) return;
        good_ = good_ && *number >= 0 && *number <= static_cast<std::int64_t>(last);
        if (good_) value = static_cast<Enum>(*number);
    }
    template <class Record>
    void records(std::string_view name, std::vector<Record>& list) {
        const auto* array = get(name, &boost::json::value::if_array);
        if (array == nullptr) return;
        for (const boost::json::value& item : *array) read_into(item.if_object(), list.emplace_back());
    }
    template <class Record>
    void record(std::string_view name, Record& value) {
        if (const auto* object = get(name, &boost::json::value::if_object)) read_into(object, value);
    }

    [[nodiscard]] bool good() const { return good_; }

  private:
    /// The member as the kind asked for; nullptr when absent, or (then the reader fails) of another kind.
    template <class Kind>
    const Kind* get(std::string_view name, const Kind* (boost::json::value::*as)() const noexcept) {
        const boost::json::value* value = object_.if_contains(name);
        if (value == nullptr) return nullptr;
        const Kind* found = (value->*as)();
        good_ = good_ && found != nullptr;
        return found;
    }

    template <class Take>
    void each_text(std::string_view name, Take take) {
        const auto* array = get(name, &boost::json::value::if_array);
        if (array == nullptr) return;
        for (const boost::json::value& item : *array) {
            if (item.is_string()) {
                take(std::string(item.get_string()));
            } else {
                good_ = false;
            }
        }
    }

    template <class Record>
    void read_into(const boost::json::object* object, Record& record) {
        if (object == nullptr) {
            good_ = false;
            return;
        }
        FieldReader reader(*object);
        fields(reader, record);
        good_ = good_ && reader.good();
    }

    const boost::json::object& object_;
    bool good_ = true;
};

}  // namespace millrace::cloudformation

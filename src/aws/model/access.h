#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/model/shape.h"

namespace millrace::aws {

// The type-erased accessors that the generated tables point to. Small on purpose: they are all that is
// instanced for each member.

template <auto kMember>
struct MemberAccess;

template <class Structure, class T, T Structure::* kMember>
struct MemberAccess<kMember> {
    static const void* get(const void* structure) {
        return &(static_cast<const Structure*>(structure)->*kMember);
    }
    static void* make(void* structure) { return &(static_cast<Structure*>(structure)->*kMember); }
};

template <class Structure, class T, std::optional<T> Structure::* kMember>
struct MemberAccess<kMember> {
    static const void* get(const void* structure) {
        const std::optional<T>& field = static_cast<const Structure*>(structure)->*kMember;
        return field ? &*field : nullptr;
    }
    static void* make(void* structure) {
        std::optional<T>& field = static_cast<Structure*>(structure)->*kMember;
        return field ? &*field : &field.emplace();
    }
};

template <class T>
inline constexpr ListAccess kListAccess{
    .size = [](const void* list) { return static_cast<const std::vector<T>*>(list)->size(); },
    .at = [](const void* list, std::size_t index) -> const void* {
        return &(*static_cast<const std::vector<T>*>(list))[index];
    },
    .append = [](void* list) -> void* { return &static_cast<std::vector<T>*>(list)->emplace_back(); },
};

template <class T>
inline constexpr MapAccess kMapAccess{
    .size = [](const void* map) { return static_cast<const std::map<std::string, T>*>(map)->size(); },
    .each =
        [](const void* map, void* state, void (*visit)(void*, const std::string&, const void*)) {
            for (const auto& [key, value] : *static_cast<const std::map<std::string, T>*>(map)) {
                visit(state, key, &value);
            }
        },
    .at = [](void* map, std::string key) -> void* {
        return &(*static_cast<std::map<std::string, T>*>(map))[std::move(key)];
    },
};

template <class T>
inline constexpr StructureAccess kStructureAccess{
    .create = []() -> void* { return new T(); },
    .destroy = [](void* structure) { delete static_cast<T*>(structure); },
};

}  // namespace millrace::aws

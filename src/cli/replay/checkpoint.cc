#include "cli/replay/checkpoint.h"

#include <utility>

#include "cli/api.h"
#include "codec/json.h"
#include "files/helpers.h"

namespace millrace::cli {

using codec::Json;
using codec::JsonObject;

Result<ReplayCheckpoint> ReplayCheckpoint::open(files::FileSystem& files, std::string path,
                                                std::string stream, std::string function) {
    ReplayCheckpoint checkpoint(files, std::move(path), std::move(stream), std::move(function));
    if (!files::exists(files, checkpoint.path_)) return checkpoint;
    const auto text = files::read_file(files, checkpoint.path_);
    if (!text) return std::unexpected(text.error());
    if (auto read = checkpoint.read(*text); !read) return std::unexpected(std::move(read.error()));
    return checkpoint;
}

Result<> ReplayCheckpoint::read(const std::string& text) {
    const auto json = codec::parse_json(text);
    const Json* shards = json && json->is_object() ? json->get_object().if_contains("shards") : nullptr;
    if (shards == nullptr || !shards->is_object())
        return fail(ErrorCode::kInvalidArgument, path_ + " is not the checkpoint of a replay");
    if (text_at(*json, "stream") != stream_ || text_at(*json, "function") != function_) {
        return fail(ErrorCode::kInvalidArgument, path_ + " is the checkpoint of a replay of " +
                                                     text_at(*json, "stream") + " through " +
                                                     text_at(*json, "function") + "; name another file");
    }
    for (const auto& [id, number] : shards->get_object()) shards_[id] = text_at(*shards, id);
    return {};
}

std::optional<std::string> ReplayCheckpoint::taken(const std::string& shard) const {
    const auto found = shards_.find(shard);
    return found == shards_.end() ? std::nullopt : std::optional(found->second);
}

Result<> ReplayCheckpoint::save() {
    JsonObject shards;
    for (const auto& [id, number] : shards_) shards[id] = number;
    const JsonObject whole{{"stream", stream_}, {"function", function_}, {"shards", std::move(shards)}};
    return files::write_file_atomically(*files_, path_, codec::to_json(whole) + '\n');
}

}  // namespace millrace::cli

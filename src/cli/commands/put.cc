#include <fmt/format.h>

#include "base/random.h"
#include "cli/commands/commands.h"
#include "cli/line_input.h"
#include "cli/record_batch.h"
#include "cli/session.h"
#include "files/posix_file_system.h"

namespace millrace::cli {
namespace {

class Put final : public Command {
  public:
    [[nodiscard]] const char* name() const override { return "put"; }
    [[nodiscard]] const char* summary() const override { return "put records into a stream"; }
    [[nodiscard]] const char* examples() const override {
        return "  millrace put events --data '{\"id\": 1}'\n"
               "  millrace put events --file events.jsonl          # a record a line\n"
               "  tail -f access.log | millrace put events\n"
               "  millrace put events --data a --data b --partition-key same-shard";
    }
    void declare(Arguments& arguments) override {
        arguments.positional("STREAM", stream_, "its name");
        arguments.repeated("--data", "TEXT", data_, "a record; may be repeated");
        arguments.option("--file", "FILE", file_,
                         "a record a line; without --data and --file, the lines of standard input");
        arguments.option("--partition-key", "KEY", key_, "of all records; else a random one each");
    }
    int run(Session& session) override {
        if (!data_.empty() && file_) return session.misused("--data and --file exclude each other");
        const auto done = data_.empty() ? put_lines(session) : put_data(session);
        if (!done) return session.fail(told_of_those_before(done.error().message));
        report(session);
        return 0;
    }

  private:
    Answer<void> put_data(Session& session) {
        for (std::string& data : data_) {
            if (const auto added = add(session, std::move(data)); !added) return added;
        }
        return send(session);
    }

    Answer<void> put_lines(Session& session) {
        const auto as_answer = [](const Error& error) {
            return std::unexpected(ApiError{.code = {}, .message = error.message});
        };
        std::uint64_t total = 0;
        std::optional<LineInput> input;
        if (file_) {
            files::PosixFileSystem files;
            auto file = files.open(*file_, files::OpenMode::kRead, 0);
            if (!file) return as_answer(file.error());
            total = (*file)->size().value_or(0);
            input.emplace(LineInput::of_file(std::move(*file)));
        } else {
            input.emplace(LineInput::of_stdin());
        }
        ProgressBar progress("put", total);
        for (;;) {
            // Whoever types or pipes slowly sees each line arrive.
            if (input->would_wait()) {
                if (const auto sent = send(session); !sent) return sent;
            }
            auto line = input->next();
            if (!line) return as_answer(line.error());
            if (!*line) return send(session);
            if ((*line)->empty()) continue;
            if (const auto added = add(session, std::move(**line)); !added) return added;
            progress.update(total > 0 ? input->bytes_read() : records_);
        }
    }

    Answer<void> add(Session& session, std::string data) {
        std::string key = key_ ? *key_ : make_uuid(random_);
        if (batch_.full_for(data.size() + key.size())) {
            if (const auto sent = send(session); !sent) return sent;
        }
        ++records_;
        bytes_ += data.size();
        batch_.add(std::move(data), std::move(key));
        return {};
    }

    Answer<void> send(Session& session) {
        if (batch_.empty()) return {};
        auto placed = batch_.put(session.api, stream_);
        if (!placed) return std::unexpected(placed.error());
        stored_ = records_;
        last_ = std::move(*placed);
        return {};
    }

    /// Who repeats the call would have them twice.
    [[nodiscard]] std::string told_of_those_before(const std::string& error) const {
        if (stored_ == 0) return error;
        return fmt::format("{}; before that, {} put", error, counted(stored_, "record was", "records were"));
    }

    void report(Session& session) const {
        if (session.options.json) {
            codec::JsonObject object{{"Records", records_}, {"Bytes", bytes_}};
            if (records_ > 0) object["LastShardId"] = last_.shard;
            if (records_ > 0) object["LastSequenceNumber"] = last_.sequence_number;
            return session.console.line(codec::to_json(object));
        }
        if (records_ == 1) {
            return session.console.line("1 record put into " + last_.shard + ", sequence number " +
                                        last_.sequence_number);
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_;
        session.console.line(
            fmt::format("{} records put in {:.1f} s", with_separators(records_), took.count()));
    }

    std::string stream_;
    std::vector<std::string> data_;
    std::optional<std::string> file_;
    std::optional<std::string> key_;
    SystemRandom random_;
    RecordBatch batch_;
    RecordBatch::Placed last_;
    std::uint64_t records_ = 0;
    std::uint64_t stored_ = 0;  ///< of them, those that the stream has
    std::uint64_t bytes_ = 0;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace

std::unique_ptr<Command> make_put() {
    return std::make_unique<Put>();
}

}  // namespace millrace::cli

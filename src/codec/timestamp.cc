#include "codec/timestamp.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "base/number.h"

namespace millrace::codec {
namespace {

using std::chrono::floor;

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t kYearMax = 9999;

struct Fields {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0;
};

Fields split(WallTime time) {
    const auto day = floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    return {static_cast<int>(date.year()),
            static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day())),
            static_cast<int>(clock.hours().count()),
            static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count()),
            static_cast<int>(clock.subseconds().count())};
}

std::optional<WallTime> join(const Fields& f) {
    const std::chrono::year_month_day date{std::chrono::year{f.year},
                                           std::chrono::month{static_cast<unsigned>(f.month)},
                                           std::chrono::day{static_cast<unsigned>(f.day)}};
    // A leap second is read as the first second of the next minute.
    if (f.year < 1 || !date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{f.hour} + std::chrono::minutes{f.minute} +
           Seconds{f.second} + Milliseconds{f.millisecond};
}

/// Reads a text from left to right; after a mistake everything fails.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const char c = next();
            if (c < '0' || c > '9') good_ = false;
            value = good_ ? value * 10 + (c - '0') : 0;
        }
        return value;
    }
    bool accept(char c) {
        if (!peek(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(std::string_view text) {
        good_ = good_ && rest_.starts_with(text);
        if (good_) rest_.remove_prefix(text.size());
    }
    [[nodiscard]] bool peek(char c) const { return good_ && rest_.starts_with(c); }
    /// Index of the name that comes next.
    template <std::size_t N>
    int one_of(const std::array<std::string_view, N>& names) {
        for (std::size_t i = 0; i < N; ++i) {
            if (!rest_.starts_with(names[i])) continue;
            expect(names[i]);
            return static_cast<int>(i);
        }
        good_ = false;
        return 0;
    }
    /// Any number of digits, at least one, of which three count.
    int milliseconds() {
        int value = digits(1) * 100;
        for (int unit = 10; good_ && !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; unit /= 10) {
            value += digits(1) * unit;
        }
        return value;
    }
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool finished() const { return good_ && rest_.empty(); }

  private:
    char next() {
        if (rest_.empty()) return '\0';
        const char c = rest_[0];
        rest_.remove_prefix(1);
        return c;
    }

    std::string_view rest_;
    bool good_ = true;
};

Result<WallTime> finish(const Scanner& scanner, const Fields& fields, std::chrono::minutes offset = {}) {
    if (scanner.finished()) {
        if (const auto time = join(fields)) return *time - offset;
    }
    return fail(ErrorCode::kInvalidArgument, "not a valid timestamp");
}

std::chrono::minutes scan_offset(Scanner& scanner) {
    if (scanner.accept('Z') || scanner.accept('z')) return {};
    const bool east = scanner.accept('+');
    if (!east && !scanner.accept('-')) return {};
    const int hours = scanner.digits(2);
    scanner.accept(':');
    const int minutes = hours * 60 + scanner.digits(2);
    return std::chrono::minutes{east ? minutes : -minutes};
}

Result<WallTime> in_range(double millis) {
    static const auto earliest = static_cast<double>(to_millis(*join({1, 1, 1})));
    static const auto latest = static_cast<double>(to_millis(*join({kYearMax, 12, 31, 23, 59, 59, 999})));
    if (!(millis >= earliest && millis <= latest)) {  // also catches NaN
        return fail(ErrorCode::kInvalidArgument, "timestamp out of range");
    }
    return from_millis(std::llround(millis));
}

}  // namespace

std::string format_iso8601(WallTime time, Iso8601Precision precision) {
    const Fields f = split(time);
    std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", f.year, f.month, f.day, f.hour,
                                  f.minute, f.second);
    if (precision == Iso8601Precision::kMilliseconds)
        fmt::format_to(std::back_inserter(out), ".{:03}", f.millisecond);
    return out += 'Z';
}

Result<WallTime> parse_iso8601(std::string_view text) {
    Scanner scanner{text};
    Fields f{};
    f.year = scanner.digits(4);
    scanner.expect("-");
    f.month = scanner.digits(2);
    scanner.expect("-");
    f.day = scanner.digits(2);
    if (!scanner.accept('T') && !scanner.accept('t') && !scanner.accept(' ')) return finish(scanner, f);
    f.hour = scanner.digits(2);
    scanner.expect(":");
    f.minute = scanner.digits(2);
    if (scanner.accept(':')) {
        f.second = scanner.digits(2);
        if (scanner.accept('.') || scanner.accept(',')) f.millisecond = scanner.milliseconds();
    }
    const auto offset = scan_offset(scanner);
    return finish(scanner, f, offset);
}

void append_epoch_seconds(std::string& out, WallTime time) {
    const std::int64_t millis = to_millis(time);
    const std::uint64_t magnitude =
        millis < 0 ? 0 - static_cast<std::uint64_t>(millis) : static_cast<std::uint64_t>(millis);
    char text[32];
    char* end = text;
    if (millis < 0) *end++ = '-';
    end = std::to_chars(end, text + sizeof text, magnitude / 1000).ptr;
    if (const auto fraction = static_cast<unsigned>(magnitude % 1000); fraction != 0) {
        *end++ = '.';
        *end++ = static_cast<char>('0' + fraction / 100);
        *end++ = static_cast<char>('0' + fraction / 10 % 10);
        *end++ = static_cast<char>('0' + fraction % 10);
        while (end[-1] == '0') --end;
    }
    out.append(text, end);
}

std::string format_epoch_seconds(WallTime time) {
    std::string out;
    append_epoch_seconds(out, time);
    return out;
}

double to_epoch_seconds(WallTime time) {
    return static_cast<double>(to_millis(time)) / 1000;
}

Result<WallTime> parse_epoch_seconds(std::string_view text) {
    const auto seconds = parse_number<double>(text);
    if (!seconds) return fail(ErrorCode::kInvalidArgument, "not a number of seconds");
    return from_epoch_seconds(*seconds);
}

Result<WallTime> from_epoch_seconds(double seconds) {
    return in_range(seconds * 1000);
}

std::string format_http_date(WallTime time) {
    const Fields f = split(time);
    const std::chrono::weekday day{floor<std::chrono::days>(time)};
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[day.c_encoding()], f.day,
                       kMonths[static_cast<std::size_t>(f.month - 1)], f.year, f.hour, f.minute, f.second);
}

Result<WallTime> parse_http_date(std::string_view text) {
    Scanner scanner{text};
    Fields f{};
    scanner.one_of(kDays);
    scanner.expect(", ");
    f.day = scanner.digits(2);
    scanner.expect(" ");
    f.month = scanner.one_of(kMonths) + 1;
    scanner.expect(" ");
    f.year = scanner.digits(4);
    scanner.expect(" ");
    f.hour = scanner.digits(2);
    scanner.expect(":");
    f.minute = scanner.digits(2);
    scanner.expect(":");
    f.second = scanner.digits(2);
    scanner.expect(" GMT");
    return finish(scanner, f);
}

std::string format_amz_date(WallTime time) {
    const Fields f = split(time);
    return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", f.year, f.month, f.day, f.hour, f.minute,
                       f.second);
}

Result<WallTime> parse_amz_date(std::string_view text) {
    Scanner scanner{text};
    Fields f{};
    f.year = scanner.digits(4);
    f.month = scanner.digits(2);
    f.day = scanner.digits(2);
    scanner.expect("T");
    f.hour = scanner.digits(2);
    f.minute = scanner.digits(2);
    f.second = scanner.digits(2);
    scanner.expect("Z");
    return finish(scanner, f);
}

}  // namespace millrace::codec

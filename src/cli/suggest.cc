#include "cli/suggest.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace millrace::cli {
namespace {

/// Letters to insert, remove, change, or swap with their neighbour (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::iota(last.begin(), last.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::vector<std::size_t> row(b.size() + 1, i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = std::exchange(last, std::move(row));
    }
    return last.back();
}

}  // namespace

std::string nearest(std::string_view typed, const std::vector<std::string>& known) {
    constexpr std::size_t kBegunBytesMin = 4;
    std::string best;
    std::size_t best_distance = (typed.size() + 1) / 3 + 1;  // exclusive
    for (const std::string& word : known) {
        const bool begun = typed.size() >= kBegunBytesMin && word.starts_with(typed);
        const std::size_t far = begun ? 1 : distance(typed, word);
        if (far < best_distance) {
            best = word;
            best_distance = far;
        }
    }
    return best;
}

}  // namespace millrace::cli

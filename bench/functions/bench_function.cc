// Does nothing; where BENCH_FILE is set, writes there how many records each batch had.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "millrace/lambda.h"

namespace {

std::size_t records_of(const std::string& payload) {
    static constexpr const char* kOncePerRecord = "\"eventID\"";
    std::size_t count = 0;
    for (std::size_t at = payload.find(kOncePerRecord); at != std::string::npos;
         at = payload.find(kOncePerRecord, at + 1)) {
        ++count;
    }
    return count;
}

}  // namespace

int main() {
    const char* const path = std::getenv("BENCH_FILE");
    return millrace::lambda::run([path](const millrace::lambda::Invocation& call) {
        if (path != nullptr) {
            if (std::FILE* const file = std::fopen(path, "a")) {
                std::fprintf(file, "%zu\n", records_of(call.payload));
                std::fclose(file);
            }
        }
        return std::string("{}");
    });
}

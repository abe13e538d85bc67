#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files/helpers.h"
#include "storage/journal/journal_world.h"

namespace millrace::storage {
namespace {

using testing::ElementsAre;

constexpr LogId kA{1};

class JournalFormatTest : public testing::Test {
  protected:
    void open() {
        const auto opened = world_.open();
        ASSERT_TRUE(opened) << opened.error().message;
    }
    std::string contents(const std::string& path) { return files::read_file(world_.files, path).value(); }
    void overwrite(const std::string& path, std::string_view bytes) {
        ASSERT_TRUE(files::write_file(world_.files, path, bytes));
    }
    std::string open_error() {
        const auto opened = world_.close_and_reopen();
        return opened ? "opened" : opened.error().message;
    }

    JournalWorld world_;
};

TEST_F(JournalFormatTest, TheFormatIsTheOneInTheDocument) {
    open();
    world_.journal->append({{kA, from_millis(1'700'000'000'000), SharedBytes{"hello"}}}, [](const auto&) {});
    world_.settle();
    ASSERT_TRUE(world_.trim(kA, Offset{1}));
    world_.journal.reset();
    std::string hex;
    for (const char byte : contents(world_.segments().front())) {
        static constexpr char kDigits[] = "0123456789abcdef";
        hex += kDigits[static_cast<unsigned char>(byte) >> 4];
        hex += kDigits[static_cast<unsigned char>(byte) & 15];
    }
    EXPECT_EQ(
        hex,
        "4d494c4c524143450200000014056e770000000000000000"                                  // header
        "040000000fa2206a4d52460400000000000000000000000000000000000000000000000000000000"  // table frame
        "00000000"                                                                          // no logs
        "05000000e659c1c94d52460144000000010000000000000000000000000000000068e5cf8b010000"  // entry frame
        "68656c6c6f"                                                                        // hello
        "0000000019e0b7044d52460271000000010000000000000001000000000000000000000000000000"  // trim frame
        "2c000000270c94794d52460599000000000000000000000000000000000000000000000000000000"  // index frame
        "01000000"                                                                          // one log
        "010000000000000001000000"                                                          // its one run
        "000000000000000001000000440000002d0000000068e5cf8b010000"                          // the run
        "9900000097ae1444524143454d494c4c");                                                // trailer
}

TEST_F(JournalFormatTest, TheFirstFormatIsReadAndContinued) {
    open();
    ASSERT_TRUE(world_.append(kA, {"old"}));
    world_.journal.reset();
    const std::string path = world_.segments().front();
    std::string bytes = contents(path);
    // Version 1 differs in the header's version and checksum alone.
    bytes.replace(8, 8, std::string_view{"\x01\0\0\0\x44\x79\xfc\x24", 8});
    overwrite(path, bytes);
    ASSERT_EQ(open_error(), "opened");
    ASSERT_TRUE(world_.append(kA, {"new"}));
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_THAT(world_.payloads(kA), ElementsAre("old", "new"));
}

}  // namespace
}  // namespace millrace::storage

#include <gtest/gtest.h>

#include "http/request_parser.h"
#include "http/response_parser.h"
#include "http/text.h"

namespace millrace::http {
namespace {

using namespace std::string_literals;

/// "method target body" of each request, then the status of the failure, if any.
std::vector<std::string> parse(RequestParser& parser, std::string_view input, std::size_t piece) {
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < input.size(); at += piece) {
        parser.feed(input.substr(at, piece));
        for (bool more = true; more;) {
            switch (parser.advance()) {
                case Progress::kNeedMore:
                    more = false;
                    break;
                case Progress::kHead:
                case Progress::kExpectsContinue:
                    break;
                case Progress::kComplete: {
                    const ParsedRequest parsed = parser.take();
                    seen.push_back(parsed.request.method + " " + parsed.request.target + " " +
                                   parsed.request.body + (parsed.keep_alive ? "" : " (last)"));
                    break;
                }
                case Progress::kFailed:
                    seen.push_back(std::to_string(parser.error().status));
                    return seen;
            }
        }
    }
    return seen;
}

std::vector<std::string> parse(std::string_view input, ParserLimits limits = {}) {
    RequestParser whole(limits);
    const auto seen = parse(whole, input, input.size());
    for (const std::size_t piece : {1u, 2u, 7u}) {
        RequestParser pieces(limits);
        EXPECT_EQ(parse(pieces, input, piece), seen) << input;
    }
    return seen;
}

struct Case {
    std::string name;
    std::string input;
    std::vector<std::string> seen;
};

class Requests : public testing::TestWithParam<Case> {};

TEST_P(Requests, AreReadOrRefused) {
    EXPECT_EQ(parse(GetParam().input), GetParam().seen);
}

const std::string kHost = "Host: h\r\n";

INSTANTIATE_TEST_SUITE_P(
    Table, Requests,
    testing::Values(
        Case{"Get", "GET /a?b=c HTTP/1.1\r\n" + kHost + "\r\n", {"GET /a?b=c "}},
        Case{"Post", "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 5\r\n\r\nhello", {"POST / hello"}},
        Case{"Pipelined",
             "POST /1 HTTP/1.1\r\n" + kHost + "content-length: 2\r\n\r\nhiGET /2 HTTP/1.1\r\n" + kHost +
                 "\r\n",
             {"POST /1 hi", "GET /2 "}},
        Case{"EmptyLinesBefore", "\r\n\r\nGET / HTTP/1.1\r\n" + kHost + "\r\n", {"GET / "}},
        Case{"Chunked",
             "POST / HTTP/1.1\r\n" + kHost +
                 "Transfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: v\r\n\r\n",
             {"POST / hello world"}},
        Case{"ChunkedEmpty",
             "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             {"POST / "}},
        Case{"Close", "GET / HTTP/1.1\r\n" + kHost + "Connection: x, Close\r\n\r\n", {"GET /  (last)"}},
        Case{"Old", "GET / HTTP/1.0\r\n\r\n", {"GET /  (last)"}},
        Case{"OldKept", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", {"GET / "}},
        Case{"AbsoluteForm", "GET http://h:1/a?b HTTP/1.1\r\n" + kHost + "\r\n", {"GET /a?b "}},
        Case{"AbsoluteFormWithoutPath", "GET http://h?b HTTP/1.1\r\n" + kHost + "\r\n", {"GET /?b "}},
        Case{"SameLengthTwice",
             "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
             {"POST / x"}},
        Case{"Expect",
             "POST / HTTP/1.1\r\n" + kHost + "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
             {"POST / x"}},
        // Refused.
        Case{"NoHost", "GET / HTTP/1.1\r\n\r\n", {"400"}},
        Case{"TwoHosts", "GET / HTTP/1.1\r\n" + kHost + kHost + "\r\n", {"400"}},
        Case{"Garbage", "hello\r\n", {"400"}}, Case{"TlsHello", "\x16\x03\x01\n", {"400"}},
        Case{"LowerCaseVersion", "GET / http/1.1\r\n", {"400"}},
        Case{"OtherVersion", "GET / HTTP/3.0\r\n", {"505"}},
        Case{"SpaceInTarget", "GET /a b HTTP/1.1\r\n", {"400"}},
        Case{"RelativeTarget", "GET a HTTP/1.1\r\n", {"400"}},
        Case{"BareLineFeed", "GET / HTTP/1.1\n", {"400"}},
        Case{"BareCarriageReturn", "GET / HTTP/1.1\r\nA: x\ry\r\n", {"400"}},
        Case{"Nul", "GET / HTTP/1.1\r\nA: x\0y\r\n"s, {"400"}},
        Case{"Folded", "GET / HTTP/1.1\r\nA: x\r\n y\r\n", {"400"}},
        Case{"SpaceBeforeColon", "GET / HTTP/1.1\r\nA : x\r\n", {"400"}},
        Case{"NoColon", "GET / HTTP/1.1\r\nA\r\n", {"400"}},
        Case{"NoName", "GET / HTTP/1.1\r\n: x\r\n", {"400"}},
        Case{"LengthAndChunked",
             "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
             {"400"}},
        Case{"TwoLengths",
             "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 1\r\nContent-Length: 2\r\n",
             {"400"}},
        Case{"LengthList", "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 1, 1\r\n", {"400"}},
        Case{"NegativeLength", "POST / HTTP/1.1\r\n" + kHost + "Content-Length: -1\r\n", {"400"}},
        Case{"PlusLength", "POST / HTTP/1.1\r\n" + kHost + "Content-Length: +1\r\n", {"400"}},
        Case{"EmptyLength", "POST / HTTP/1.1\r\n" + kHost + "Content-Length:\r\n", {"400"}},
        Case{"HugeLength",
             "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 99999999999999999999999\r\n\r\n",
             {"413"}},
        Case{
            "UnknownCoding", "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: gzip, chunked\r\n", {"501"}},
        Case{"ChunkedTwice",
             "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
             {"400"}},
        Case{"ChunkedInOldVersion", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", {"400"}},
        Case{"BadChunkSize",
             "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
             {"400"}},
        Case{"HexPrefix",
             "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n0x5\r\n",
             {"400"}},
        Case{"NegativeChunk",
             "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
             {"400"}},
        Case{"HugeChunk",
             "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
             {"413"}},
        Case{"ChunkLongerThanItsSize",
             "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n",
             {"400"}},
        Case{"BadTrailer",
             "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n0\r\n x\r\n",
             {"400"}},
        Case{"OtherExpectation", "POST / HTTP/1.1\r\n" + kHost + "Expect: wonders\r\n", {"417"}}),
    [](const auto& tested) { return tested.param.name; });

TEST(RequestParser, LimitsHoldExactly) {
    const std::string start = "GET / HTTP/1.1\r\n" + kHost;
    const auto of_head_bytes = [&](std::size_t bytes) {
        constexpr std::size_t kAround = sizeof("A: \r\n\r\n") - 1;
        return start + "A: " + std::string(bytes - start.size() - kAround, 'x') + "\r\n\r\n";
    };
    EXPECT_EQ(parse(of_head_bytes(200), {.head_bytes_max = 200}), std::vector{"GET / "s});
    EXPECT_EQ(parse(of_head_bytes(201), {.head_bytes_max = 200}), std::vector{"431"s});

    const std::string target = "/" + std::string(100, 'x');
    const std::string line = "GET " + target + " HTTP/1.1\r\n";
    EXPECT_EQ(parse(line, {.head_bytes_max = line.size() - 1}), std::vector{"414"s});

    EXPECT_EQ(parse(start + "B: c\r\n\r\n", {.fields_max = 2}), std::vector{"GET / "s});
    EXPECT_EQ(parse(start + "B: c\r\nD: e\r\n\r\n", {.fields_max = 2}), std::vector{"431"s});

    const std::string fixed = "POST / HTTP/1.1\r\n" + kHost + "Content-Length: ";
    EXPECT_EQ(parse(fixed + "4\r\n\r\nfour", {.body_bytes_max = 4}), std::vector{"POST / four"s});
    EXPECT_EQ(parse(fixed + "5\r\n\r\nfives", {.body_bytes_max = 4}), std::vector{"413"s});

    const std::string chunked = "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(parse(chunked + "2\r\nfo\r\n2\r\nur\r\n0\r\n\r\n", {.body_bytes_max = 4}),
              std::vector{"POST / four"s});
    EXPECT_EQ(parse(chunked + "2\r\nfi\r\n3\r\nves\r\n0\r\n\r\n", {.body_bytes_max = 4}),
              std::vector{"413"s});

    // By the head, where that allows more.
    const auto by_method = [](std::string_view method, std::string_view, const Headers&) {
        return std::size_t{method == "PUT" ? 5U : 4U};
    };
    const std::string put = "PUT / HTTP/1.1\r\n" + kHost + "Content-Length: ";
    EXPECT_EQ(parse(put + "5\r\n\r\nfives" + fixed + "5\r\n\r\nfives", {.body_limit = by_method}),
              (std::vector{"PUT / fives"s, "413"s}));

    const std::string size_line = "1;" + std::string(kChunkLineBytesMax - 4, 'x') + "\r\n";
    EXPECT_EQ(parse(chunked + size_line + "y\r\n0\r\n\r\n"), std::vector{"POST / y"s});
    EXPECT_EQ(parse(chunked + "1;x" + size_line.substr(2)), std::vector{"400"s});
}

TEST(RequestParser, KeepsHeadersAsSent) {
    RequestParser parser;
    parser.feed("GET / HTTP/1.1\r\nhost: h\r\nX-Thing: \t a b \r\nx-thing: second\r\nEmpty:\r\n\r\n");
    ASSERT_EQ(parser.advance(), Progress::kComplete);
    const Request request = parser.take().request;
    EXPECT_EQ(request.headers.get("X-THING"), "a b");
    EXPECT_EQ(request.headers.get("Empty", "?"), "");
    EXPECT_EQ(request.headers.get("None", "?"), "?");
    EXPECT_EQ(request.headers.begin()->first, "host");
    EXPECT_EQ(request.headers.size(), 4u);
}

TEST(RequestParser, AsksForContinueOnceAndOnlyWhenTheBodyIsAwaited) {
    const std::string head =
        "POST / HTTP/1.1\r\n" + kHost + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n";
    RequestParser parser;
    parser.feed(head);
    EXPECT_EQ(parser.advance(), Progress::kExpectsContinue);
    EXPECT_EQ(parser.advance(), Progress::kNeedMore);
    parser.feed("x");
    EXPECT_EQ(parser.advance(), Progress::kComplete);
    (void)parser.take();
    parser.feed(head + "x");
    EXPECT_EQ(parser.advance(), Progress::kComplete);
}

TEST(RequestParser, KnowsWhetherItIsInTheMidstOfAMessage) {
    RequestParser parser;
    EXPECT_FALSE(parser.mid_message());
    parser.feed("GET / HTTP/1.1\r\n");
    EXPECT_EQ(parser.advance(), Progress::kNeedMore);
    EXPECT_TRUE(parser.mid_message());
    parser.feed("Host: h\r\n\r\n");
    EXPECT_EQ(parser.advance(), Progress::kComplete);
    (void)parser.take();
    EXPECT_FALSE(parser.mid_message());
}

TEST(Text, FieldValuesHaveNoControlCharactersAnywhere) {
    for (std::size_t length = 1; length < 20; ++length) {
        for (std::size_t at = 0; at < length; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(length, 'x');
                text[at] = static_cast<char>(byte);
                ASSERT_EQ(is_field_value(text), byte == '\t' || (byte >= 0x20 && byte != 0x7f)) << byte;
            }
        }
    }
}

/// "status body", or the reason of the failure.
std::string parse_response(std::string_view input, bool closes, bool answers_head = false) {
    std::string first;
    for (const std::size_t piece : {input.size(), std::size_t{1}, std::size_t{3}}) {
        ResponseParser parser;
        if (answers_head) parser.expect_no_body();
        Progress progress = Progress::kNeedMore;
        for (std::size_t at = 0; at < input.size() && progress == Progress::kNeedMore; at += piece) {
            parser.feed(input.substr(at, piece));
            progress = parser.advance();
        }
        if (closes) parser.finish();
        progress = parser.advance();
        std::string seen = "incomplete";
        if (progress == Progress::kFailed) seen = parser.error().reason;
        if (progress == Progress::kComplete) {
            const ParsedResponse parsed = parser.take();
            seen = std::to_string(parsed.response.status) + " " + parsed.response.body +
                   (parsed.keep_alive ? "" : " (last)");
        }
        if (first.empty()) first = seen;
        EXPECT_EQ(seen, first) << input;
    }
    return first;
}

TEST(ResponseParser, ReadsEveryFraming) {
    EXPECT_EQ(parse_response("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", false), "200 hi");
    EXPECT_EQ(parse_response("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", false), "200 ");
    EXPECT_EQ(
        parse_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", false),
        "200 hi");
    EXPECT_EQ(parse_response("HTTP/1.1 200 OK\r\n\r\nhi", true), "200 hi (last)");
    EXPECT_EQ(parse_response("HTTP/1.1 200 OK\r\n\r\n", true), "200  (last)");
    EXPECT_EQ(parse_response("HTTP/1.1 204 No Content\r\n\r\n", false), "204 ");
    EXPECT_EQ(parse_response("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", false, true), "200 ");
    EXPECT_EQ(
        parse_response("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nx", false),
        "404 x");
    EXPECT_EQ(parse_response("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", false), "200 x (last)");
}

TEST(ResponseParser, RefusesWhatItCannotUnderstand) {
    EXPECT_EQ(parse_response("HTTP/1.1 2x0 OK\r\n", false), "the status line is malformed");
    EXPECT_EQ(parse_response("HTTP/1.1 2000 OK\r\n", false), "the status line is malformed");
    EXPECT_EQ(parse_response("SSH-2.0-x\r\n", false), "the status line is malformed");
    EXPECT_EQ(parse_response("HTTP/1.1 101 Switching\r\n\r\n", false),
              "the server switches protocols unasked");
    EXPECT_EQ(parse_response("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", true),
              "the server closed in the midst of a response");
    EXPECT_EQ(parse_response("HTTP/1.1 200 OK\r\nContent-Le", true),
              "the server closed in the midst of a response");
}

}  // namespace
}  // namespace millrace::http

"""Prints the entries of an archive file, one a line: what docs/formats/archive.md says, as a program. Needs the command zstd."""

import struct
import subprocess
import sys


def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def varint(raw, at):
    value = shift = 0
    while raw[at] & 0x80:
        value, shift, at = value | (raw[at] & 0x7F) << shift, shift + 7, at + 1
    return value | raw[at] << shift, at + 1


def entries(data):
    magic, _, crc, number, _, _ = struct.unpack_from("<8sIIQQI", data)
    assert magic == b"MILLARCH" and crc == crc32c(data[:12] + data[16:36])
    position = 36
    while data[position:position + 3] == b"MRB":
        codec, crc, content_crc, log, first, time, count, _, stored = struct.unpack_from("<3xBIIQQqIII", data, position)
        place = struct.pack("<QQ", number, position)
        assert crc == crc32c(place + data[position:position + 4] + data[position + 8:position + 48])
        content = data[position + 48:position + 48 + stored]
        assert content_crc == crc32c(content)
        raw = subprocess.run(["zstd", "-dcq"], input=content, check=True, capture_output=True).stdout if codec else content
        sizes, passed, at = [], [0], 0
        for column, length in ((sizes, count), (passed, count - 1)):
            for _ in range(length):
                value, at = varint(raw, at)
                column.append(value)
        for i in range(count):
            time, payload, at = time + passed[i], raw[at:at + sizes[i]], at + sizes[i]
            yield log, first + i, time, payload
        position += 48 + stored


if __name__ == "__main__":
    for entry in entries(open(sys.argv[1], "rb").read()):
        print(*entry)

#include "services/sqs/message_table.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/assert.h"

namespace millrace::sqs {

StoredMessage& MessageTable::add(const StoredMessage& message) {
    if (head_ == blocks_.size() || blocks_.back().messages.size() >= kBlock) {
        blocks_.push_back({.begin = message.offset, .messages = {}});
    }
    Block& block = blocks_.back();
    MILLRACE_ASSERT(block.messages.empty() || block.messages.back().offset < message.offset);
    block.messages.push_back(message);
    ++block.size;
    ++size_;
    return block.messages.back();
}

const MessageTable::Block* MessageTable::block_of(storage::Offset offset) const {
    const std::span<const Block> blocks = std::span(blocks_).subspan(head_);
    const auto after = std::ranges::upper_bound(blocks, offset, {}, &Block::begin);
    return after == blocks.begin() ? nullptr : &*(after - 1);
}

const StoredMessage* MessageTable::find(storage::Offset offset) const {
    const Block* block = block_of(offset);
    if (block == nullptr) return nullptr;
    const auto at = std::ranges::lower_bound(block->messages, offset, {}, &StoredMessage::offset);
    return at == block->messages.end() || at->offset != offset || at->is_gone ? nullptr : &*at;
}

StoredMessage* MessageTable::find(storage::Offset offset) {
    return const_cast<StoredMessage*>(std::as_const(*this).find(offset));
}

void MessageTable::erase(StoredMessage& message) {
    if (message.details != 0) unused_details_.push_back(message.details);
    message.is_gone = true;
    --size_;
    Block& block = blocks_[static_cast<std::size_t>(block_of(message.offset) - blocks_.data())];
    --block.size;
    while (block.first < block.messages.size() && block.messages[block.first].is_gone) ++block.first;
    if (block.size < block.messages.size() / 2) pack(block);
    drop_empty_blocks();
}

StoredMessage& MessageTable::move_last(StoredMessage& message, storage::Offset offset) {
    static_cast<void>(details(message));  // which say its number
    StoredMessage moved = message;
    message.details = 0;
    erase(message);
    moved.offset = offset;
    return add(moved);
}

void MessageTable::drop_empty_blocks() {
    while (blocks_.size() > head_ && blocks_.back().size == 0) blocks_.pop_back();
    while (head_ < blocks_.size() && blocks_[head_].size == 0) blocks_[head_++].messages = {};
    if (head_ <= blocks_.size() / 2) return;
    blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
}

void MessageTable::pack(Block& block) {
    std::erase_if(block.messages, [](const StoredMessage& message) { return message.is_gone; });
    block.messages.shrink_to_fit();
    block.first = 0;
}

void MessageTable::clear() {
    blocks_ = {};
    head_ = 0;
    size_ = 0;
    details_ = {};
    unused_details_ = {};
}

MessageDetails& MessageTable::details(StoredMessage& message) {
    if (message.details != 0) return details_[message.details];
    if (unused_details_.empty()) {
        if (details_.empty()) details_.emplace_back();
        message.details = static_cast<std::uint32_t>(details_.size());
        details_.emplace_back();
    } else {
        message.details = unused_details_.back();
        unused_details_.pop_back();
    }
    details_[message.details] = {.number = MessageNumber{message.offset.value()}};
    return details_[message.details];
}

MessageDetails MessageTable::details(const StoredMessage& message) const {
    if (message.details != 0) return details_[message.details];
    return {.number = MessageNumber{message.offset.value()}};
}

MessageNumber MessageTable::number(const StoredMessage& message) const {
    return message.details != 0 ? details_[message.details].number : MessageNumber{message.offset.value()};
}

}  // namespace millrace::sqs

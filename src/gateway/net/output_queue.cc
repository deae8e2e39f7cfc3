// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/output_queue.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace flightcast::gateway::net {
namespace {

constexpr std::size_t kPiecesPerWrite = 64;

}  // namespace

void OutputQueue::push(std::shared_ptr<const std::string> piece) {
    if (piece == nullptr || piece->empty()) return;
    bytes_ += piece->size();
    pieces_.push_back(std::move(piece));
}

WriteOutcome OutputQueue::write(int fd, std::size_t& written) {
    while (bytes_ > 0) {
        std::array<iovec, kPiecesPerWrite> parts{};
        const std::size_t count = std::min(kPiecesPerWrite, pieces_.size() - first_);
        for (std::size_t i = 0; i < count; ++i) {
            const std::string& piece = *pieces_[first_ + i];
            const std::size_t skip = i == 0 ? offset_ : 0;
            // sendmsg() does not write to its input.
            parts.at(i) = {const_cast<char*>(piece.data()) + skip, piece.size() - skip};
        }
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = count;
        const ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) {
            const bool full = errno == EAGAIN || errno == EWOULDBLOCK;
            return full ? WriteOutcome::blocked : WriteOutcome::failed;
        }
        written += static_cast<std::size_t>(sent);
        consume(static_cast<std::size_t>(sent));
    }
    return WriteOutcome::all;
}

std::size_t OutputQueue::peek(std::span<char> into) const {
    std::size_t have = 0;
    for (std::size_t i = first_; i < pieces_.size() && have < into.size(); ++i) {
        const std::string_view piece =
            std::string_view(*pieces_[i]).substr(i == first_ ? offset_ : 0);
        const std::size_t taken = std::min(piece.size(), into.size() - have);
        std::memcpy(into.data() + have, piece.data(), taken);
        have += taken;
    }
    return have;
}

void OutputQueue::drop(std::size_t bytes) {
    FC_CHECK(bytes <= bytes_);
    consume(bytes);
}

void OutputQueue::consume(std::size_t sent) {
    bytes_ -= sent;
    offset_ += sent;
    while (first_ < pieces_.size() && offset_ >= pieces_[first_]->size()) {
        offset_ -= pieces_[first_]->size();
        pieces_[first_++].reset();
    }
    if (bytes_ == 0) {
        pieces_ = {};
        first_ = 0;
        return;
    }
    // Sent pieces are cut off now and then, so that a queue that never runs empty does not grow.
    if (first_ > kPiecesPerWrite && first_ * 2 > pieces_.size()) {
        pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
}

}  // namespace flightcast::gateway::net

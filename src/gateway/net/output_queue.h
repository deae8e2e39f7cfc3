// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"

namespace flightcast::gateway::net {

enum class WriteOutcome { all, blocked, failed };

// The bytes that wait to be sent on one socket, in shared pieces. Takes no memory while it is
// empty.
class OutputQueue {
  public:
    void push(std::shared_ptr<const std::string> piece);
    void push(std::string piece) { push(std::make_shared<const std::string>(std::move(piece))); }

    // Gives the kernel as many pieces at once as it takes; `written` grows by the bytes it took.
    [[nodiscard]] WriteOutcome write(int fd, std::size_t& written);

    // Copies the first bytes, as many as there are and fit, and leaves them in the queue.
    [[nodiscard]] std::size_t peek(std::span<char> into) const;

    // Takes the first bytes out. REQUIRES: there are as many.
    void drop(std::size_t bytes);

    // Bytes, and the cost of keeping them.
    [[nodiscard]] std::size_t cost() const {
        return bytes_ + (pieces_.size() - first_) * base::limits::kQueuedFrameBytes;
    }

    [[nodiscard]] bool empty() const { return bytes_ == 0; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    void consume(std::size_t bytes);

    std::vector<std::shared_ptr<const std::string>> pieces_;
    std::size_t first_ = 0;   // pieces before it are sent
    std::size_t offset_ = 0;  // of the first piece, sent already
    std::size_t bytes_ = 0;
};

}  // namespace flightcast::gateway::net

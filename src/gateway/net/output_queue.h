// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

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

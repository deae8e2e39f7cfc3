// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "base/result.h"
#include "gateway/net/output_queue.h"

struct ssl_ctx_st;
struct ssl_st;

namespace flightcast::gateway::net {

struct TlsFiles {
    std::filesystem::path certificate;  // PEM: the server's, then those that vouch for it
    std::filesystem::path key;          // PEM, without a passphrase
};

// A certificate with its key, and how TLS is spoken: 1.2 or 1.3, no compression, no renegotiation.
// Shared by the connections that began with it.
class TlsContext {
  public:
    // Errors: not_found and invalid_argument name the file and its fault.
    [[nodiscard]] static base::Result<std::shared_ptr<const TlsContext>> load(
        const TlsFiles& files
    );

    // Use load().
    TlsContext(std::shared_ptr<ssl_ctx_st> context, std::chrono::sys_seconds valid_until)
        : context_(std::move(context)), valid_until_(valid_until) {}

    // When the server's certificate expires.
    [[nodiscard]] std::chrono::sys_seconds valid_until() const { return valid_until_; }

    [[nodiscard]] ssl_ctx_st* get() const { return context_.get(); }

  private:
    std::shared_ptr<ssl_ctx_st> context_;
    std::chrono::sys_seconds valid_until_;
};

// The server's side of TLS on one non-blocking socket; the handshake happens in the first reads.
//
// Thread-safety: one thread.
class TlsStream {
  public:
    // REQUIRES: `fd` stays open as long as the stream.
    TlsStream(const TlsContext& context, int fd);

    struct Read {
        enum class Outcome { bytes, nothing, end, failed } outcome{};
        std::size_t count = 0;
    };
    [[nodiscard]] Read read(std::span<char> buffer);

    // Encrypts and sends as much of the queue as the kernel takes; `written` grows by the bytes of
    // it that are gone.
    [[nodiscard]] WriteOutcome write(OutputQueue& queue, std::size_t& written);

    // Tells the peer that it has no more to send.
    void finish();

    // Whether the last read could not go on before something was written.
    [[nodiscard]] bool wants_to_write() const { return wants_to_write_; }

  private:
    struct Free {
        void operator()(ssl_st* ssl) const;
    };
    std::unique_ptr<ssl_st, Free> ssl_;
    bool wants_to_write_ = false;
};

}  // namespace flightcast::gateway::net

// SPDX-License-Identifier: Apache-2.0
//
// OpenSSL reads and writes the socket through a BIO of our own: its own one would raise SIGPIPE
// when the peer is gone. Each call is preceded by an empty error queue, because the queue belongs
// to the thread and not to the connection.
#include "gateway/net/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <string>

#include "base/check.h"

namespace flightcast::gateway::net {
namespace {

using base::Errc;
using base::fail;

constexpr std::size_t kRecordBytes = 16'384;  // of one TLS record

int fd_of(BIO* bio) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int bio_write(BIO* bio, const char* data, int size) {
    BIO_clear_retry_flags(bio);
    const ssize_t sent =
        ::send(fd_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && would_block()) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int bio_read(BIO* bio, char* data, int size) {
    BIO_clear_retry_flags(bio);
    const ssize_t got = ::recv(fd_of(bio), data, static_cast<std::size_t>(size), MSG_DONTWAIT);
    if (got < 0 && would_block()) BIO_set_retry_read(bio);
    return static_cast<int>(got);
}

long bio_control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

int bio_create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
}

const BIO_METHOD* socket_method() {
    static const BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
        FC_CHECK(made != nullptr);
        BIO_meth_set_write(made, bio_write);
        BIO_meth_set_read(made, bio_read);
        BIO_meth_set_ctrl(made, bio_control);
        BIO_meth_set_create(made, bio_create);
        return made;
    }();
    return method;
}

// Why OpenSSL would not, in its words.
std::string openssl_reason() {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_peek_last_error(), text.data(), text.size());
    return text.data();
}

// Notes that a pass phrase is wanted. By itself OpenSSL asks for it at the terminal, and waits.
int refuse_to_ask(char* /*buffer*/, int /*size*/, int /*writes*/, void* was_asked) {
    *static_cast<bool*>(was_asked) = true;
    return -1;
}

base::Result<void> load_files(SSL_CTX* context, const TlsFiles& files) {
    for (const auto& path : {files.certificate, files.key}) {
        if (!std::filesystem::is_regular_file(path)) {
            return fail(
                Errc::not_found,
                "TLS: the file " + path.string() + " is missing; see --tls-cert and --tls-key"
            );
        }
    }
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
        return fail(
            Errc::invalid_argument,
            files.certificate.string() + " is no PEM certificate: " + openssl_reason()
        );
    }
    bool was_asked = false;
    SSL_CTX_set_default_passwd_cb(context, refuse_to_ask);
    SSL_CTX_set_default_passwd_cb_userdata(context, &was_asked);
    const int used = SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
    if (used != 1) {
        if (was_asked) {
            return fail(
                Errc::invalid_argument,
                files.key.string() +
                    " is encrypted, and the server cannot ask for its pass phrase: give the key "
                    "without one ('openssl pkey -in ENCRYPTED -out PLAIN'), readable by you alone"
            );
        }
        return fail(
            Errc::invalid_argument,
            files.key.string() + " is not the PEM key of " + files.certificate.string() + ": " +
                openssl_reason()
        );
    }
    return {};
}

// REQUIRES: a certificate is loaded.
std::chrono::sys_seconds valid_until_of(const SSL_CTX* context) {
    const X509* const certificate = SSL_CTX_get0_certificate(context);
    FC_CHECK(certificate != nullptr);
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) return {};
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&end)));
}

// Browsers offer HTTP/2 too, which is not spoken here. The parameters are OpenSSL's.
// NOLINTNEXTLINE(readability-function-size)
int choose_protocol(
    SSL* /*ssl*/,
    const unsigned char** chosen,
    unsigned char* chosen_length,
    const unsigned char* offered,
    unsigned int offered_length,
    void* /*argument*/
) {
    static constexpr std::array<unsigned char, 9> kHttp11 = {
        8, 'h', 't', 't', 'p', '/', '1', '.', '1'
    };
    unsigned char* out = nullptr;
    const int found = SSL_select_next_proto(
        &out, chosen_length, kHttp11.data(), kHttp11.size(), offered, offered_length
    );
    if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
    *chosen = out;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

base::Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsFiles& files) {
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    FC_CHECK(context != nullptr);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(
        context.get(),
        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE
    );
    // Idle connections keep no buffers, and a retried write may have moved.
    SSL_CTX_set_mode(
        context.get(),
        SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
    );
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    FC_TRY_VOID(load_files(context.get(), files));
    return std::make_shared<const TlsContext>(context, valid_until_of(context.get()));
}

void TlsStream::Free::operator()(ssl_st* ssl) const {
    SSL_free(ssl);
}

TlsStream::TlsStream(const TlsContext& context, int fd) : ssl_(SSL_new(context.get())) {
    FC_CHECK(ssl_ != nullptr);
    BIO* bio = BIO_new(socket_method());
    FC_CHECK(bio != nullptr);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): never followed, only kept.
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(fd)));
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
}

TlsStream::Read TlsStream::read(std::span<char> buffer) {
    using Outcome = Read::Outcome;
    ERR_clear_error();
    wants_to_write_ = false;
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &got);
    if (result == 1) return {Outcome::bytes, got};
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_WRITE:
            wants_to_write_ = true;
            return {Outcome::nothing};
        case SSL_ERROR_WANT_READ:
            return {Outcome::nothing};
        case SSL_ERROR_ZERO_RETURN:
            return {Outcome::end};
        default:
            return {Outcome::failed};
    }
}

WriteOutcome TlsStream::write(OutputQueue& queue, std::size_t& written) {
    // Small pieces share a record. The queue only grows at its end, so a retry begins with the
    // same bytes, as OpenSSL wants it.
    std::array<char, kRecordBytes> record;
    while (!queue.empty()) {
        const std::size_t size = queue.peek(record);
        ERR_clear_error();
        std::size_t sent = 0;
        const int result = SSL_write_ex(ssl_.get(), record.data(), size, &sent);
        if (result != 1) {
            const int error = SSL_get_error(ssl_.get(), result);
            const bool later = error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ;
            return later ? WriteOutcome::blocked : WriteOutcome::failed;
        }
        written += sent;
        queue.drop(sent);
    }
    return WriteOutcome::all;
}

void TlsStream::finish() {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
}

}  // namespace flightcast::gateway::net

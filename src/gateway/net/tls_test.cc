// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/temporary_folder.h"
#include "gateway/net/net_testing.h"

namespace flightcast::gateway::net {
namespace {

template <auto free>
struct Free {
    template <typename T>
    void operator()(T* object) const {
        free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using File = std::unique_ptr<std::FILE, Free<std::fclose>>;

Certificate make_certificate(EVP_PKEY* key, const std::string& name) {
    Certificate made(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3'600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3'600);
    X509_set_pubkey(made.get(), key);
    X509_NAME* subject = X509_get_subject_name(made.get());
    const auto* bytes = reinterpret_cast<const unsigned char*>(name.c_str());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, bytes, -1, -1, 0);
    X509_set_issuer_name(made.get(), subject);
    X509_sign(made.get(), key, EVP_sha256());
    return made;
}

enum class KeyFile { plain, encrypted };

// Writes NAME.crt and NAME.key.
TlsFiles make_files(
    const std::filesystem::path& folder, const std::string& name, KeyFile kind = KeyFile::plain
) {
    const TlsFiles files{.certificate = folder / (name + ".crt"), .key = folder / (name + ".key")};
    const Key key(EVP_EC_gen("P-256"));
    const File certificate(std::fopen(files.certificate.c_str(), "w"));
    PEM_write_X509(certificate.get(), make_certificate(key.get(), name).get());
    const File key_file(std::fopen(files.key.c_str(), "w"));
    std::array<unsigned char, 5> phrase = {'o', 'p', 'e', 'n', '!'};
    PEM_write_PrivateKey(
        key_file.get(),
        key.get(),
        kind == KeyFile::plain ? nullptr : EVP_aes_128_cbc(),
        phrase.data(),
        phrase.size(),
        nullptr,
        nullptr
    );
    return files;
}

// A blocking client that speaks TLS and believes every certificate.
class TlsClient {
  public:
    explicit TlsClient(std::uint16_t port) : plain_(port) {
        context_.reset(SSL_CTX_new(TLS_client_method()));
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_fd(ssl_.get(), plain_.fd());
        connected_ = SSL_connect(ssl_.get()) == 1;
    }

    [[nodiscard]] bool connected() const { return connected_; }

    // The name that the server's certificate is for.
    [[nodiscard]] std::string server_name() const {
        const Certificate certificate(SSL_get1_peer_certificate(ssl_.get()));
        char name[64] = {};
        X509_NAME_get_text_by_NID(
            X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name
        );
        return name;
    }

    void send(std::string_view bytes) const {
        EXPECT_EQ(
            SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())),
            static_cast<int>(bytes.size())
        );
    }

    // All up to and with `end`, or until the connection ends.
    std::string read_to(std::string_view end) {
        while (read_.find(end) == std::string::npos && fill()) {
        }
        const std::size_t found = std::min(read_.find(end), read_.size());
        std::string out = read_.substr(0, found + end.size());
        read_.erase(0, out.size());
        return out;
    }

    std::string read_all() {
        while (fill()) {
        }
        return std::exchange(read_, {});
    }

  private:
    bool fill() {
        char buffer[4'096];
        const int got = SSL_read(ssl_.get(), buffer, sizeof buffer);
        if (got <= 0) return false;
        read_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }

    Client plain_;
    std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> context_;
    std::unique_ptr<SSL, Free<SSL_free>> ssl_;
    bool connected_ = false;
    std::string read_;
};

class Tls : public Net {
  protected:
    Tls() {
        ServerOptions options;
        options.tls = TlsContext::load(make_files(folder_.path(), "first")).value();
        restart(options);
    }

    base::TemporaryFolder folder_;
};

// Goal: requests, large answers and websockets are carried as without TLS.
TEST_F(Tls, CarriesEverything) {
    TlsClient client(port());
    ASSERT_TRUE(client.connected());
    for (int i = 0; i < 3; ++i) {
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        EXPECT_TRUE(client.read_to("abc").starts_with("HTTP/1.1 200 OK"));
    }
    client.send("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    client.read_to("\r\n\r\n");
    EXPECT_EQ(client.read_all().size(), 300'000U);

    TlsClient socket(port());
    socket.send(kUpgrade);
    EXPECT_TRUE(socket.read_to("\r\n\r\n").starts_with("HTTP/1.1 101"));
    EXPECT_NE(socket.read_to("}").find("\"sid\""), std::string::npos);
}

// Goal: a client that does not read blocks no other, and gets its bytes when it does.
TEST_F(Tls, WaitsForSlowReaders) {
    TlsClient slow(port());
    for (int i = 0; i < 40; ++i) slow.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    TlsClient other(port());
    other.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_TRUE(other.read_to("abc").starts_with("HTTP/1.1 200 OK"));
    for (int i = 0; i < 40; ++i) {
        EXPECT_TRUE(slow.read_to("\r\n\r\n").starts_with("HTTP/1.1 200 OK")) << i;
        EXPECT_EQ(slow.read_to(std::string(300'000, 'x')).size(), 300'000U) << i;
    }
}

// Goal: who speaks HTTP where TLS is spoken is told so, once, and served nothing; what is neither
// is closed, and a handshake that never ends is not waited for.
TEST_F(Tls, TellsPlainHttp) {
    for (const std::string request :
         {"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /big HTTP/1.1\r\nHost: a\r\n\r\n",
          "DELETE /x HTTP/1.1\r\n",
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
          "P"}) {
        Client plain(port());
        plain.send(request);
        const std::string answer = plain.read_all();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << request << answer;
        EXPECT_TRUE(answer.ends_with("https:// instead of http://\n")) << answer;
        EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << answer;
    }
    Client noise(port());
    noise.send("\x05\x01\x02");
    EXPECT_EQ(noise.read_all().find("HTTP"), std::string::npos);
    Client silent(port());
    silent.send("\x16\x03\x01");
    on_loop([] {});
    advance(std::chrono::seconds(11));
    EXPECT_EQ(silent.read_all(), "");
}

// Goal: a new certificate is for new connections; those that are open go on with theirs.
TEST_F(Tls, TakesANewCertificate) {
    TlsClient before(port());
    EXPECT_EQ(before.server_name(), "first");
    const auto second = TlsContext::load(make_files(folder_.path(), "second")).value();
    on_loop([&] { server_->set_tls(second); });
    EXPECT_EQ(TlsClient(port()).server_name(), "second");
    before.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_TRUE(before.read_to("abc").starts_with("HTTP/1.1 200 OK"));
}

// Goal: the end of the server's certificate is known, so that it can be told before it comes.
TEST(TlsContext, KnowsWhenItsCertificateExpires) {
    const base::TemporaryFolder folder;
    const auto before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto context = TlsContext::load(make_files(folder.path(), "good")).value();
    const auto after = std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::now());
    EXPECT_GE(context->valid_until(), before + std::chrono::hours(1));
    EXPECT_LE(context->valid_until(), after + std::chrono::hours(1));
}

// Goal: files that cannot be used are named, with their fault.
TEST(TlsContext, NamesTheFile) {
    const base::TemporaryFolder folder;
    const TlsFiles good = make_files(folder.path(), "good");
    const TlsFiles other = make_files(folder.path(), "other");
    // There is no question for a pass phrase: that would wait for a terminal.
    const TlsFiles secret = make_files(folder.path(), "secret", KeyFile::encrypted);
    folder.write("noise", "noise");
    struct Case {
        TlsFiles files;
        const char* named;
    };
    for (const Case& entry :
         {Case{{folder.path() / "none", good.key}, "none"},
          Case{{good.certificate, folder.path() / "none"}, "none"},
          Case{{folder.path() / "noise", good.key}, "noise"},
          Case{{good.certificate, folder.path() / "noise"}, "noise"},
          Case{secret, "secret.key is encrypted"},
          Case{{good.certificate, other.key}, "other.key"}}) {
        const auto refused = TlsContext::load(entry.files);
        ASSERT_FALSE(refused) << entry.named;
        EXPECT_NE(refused.error().detail.find(entry.named), std::string::npos)
            << refused.error().detail;
    }
}

}  // namespace
}  // namespace flightcast::gateway::net

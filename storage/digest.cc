#include "storage/digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <cstring>
#include <memory>

#include "absl/strings/escaping.h"

namespace courant::storage {
namespace {

using Sha256Bytes = std::array<char, 32>;

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// SHA-256 of `a` followed by `b`. The fetched algorithm and the context are
// kept per thread: making them takes longer than hashing a short article.
Sha256Bytes HashTwo(absl::string_view a, absl::string_view b) {
  thread_local const std::unique_ptr<EVP_MD_CTX, ContextDeleter> kContext(
      EVP_MD_CTX_new());
  static const EVP_MD* const kAlgorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Sha256Bytes out;
  const bool ok =
      kAlgorithm != nullptr && kContext != nullptr &&
      EVP_DigestInit_ex2(kContext.get(), kAlgorithm, nullptr) == 1 &&
      EVP_DigestUpdate(kContext.get(), a.data(), a.size()) == 1 &&
      EVP_DigestUpdate(kContext.get(), b.data(), b.size()) == 1 &&
      EVP_DigestFinal_ex(kContext.get(),
                         reinterpret_cast<unsigned char*>(out.data()),
                         nullptr) == 1;
  // Without SHA-256 nothing here can keep its promise.
  if (!ok) std::abort();
  return out;
}

}  // namespace

ChainDigest ChainDigest::FromBytes(absl::string_view bytes) {
  ChainDigest digest;
  if (bytes.size() == kSize) {
    std::memcpy(digest.bytes_.data(), bytes.data(), kSize);
  }
  return digest;
}

ChainDigest ChainDigest::Extend(absl::string_view facts) const {
  const Sha256Bytes hash = HashTwo(bytes(), facts);
  return FromBytes({hash.data(), kSize});
}

std::string ChainDigest::ToHex() const {
  return absl::BytesToHexString(bytes());
}

std::string Sha256(absl::string_view data) {
  const Sha256Bytes hash = HashTwo(data, {});
  return std::string(hash.data(), hash.size());
}

std::string RandomBytes(size_t size) {
  std::string bytes(size, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()),
                 static_cast<int>(size)) != 1) {
    std::abort();
  }
  return bytes;
}

}  // namespace courant::storage

#include "services/importers/source_identity.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <openssl/sha.h>

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace courant::importers {
namespace {

constexpr char kBase32[] = "abcdefghijklmnopqrstuvwxyz234567";
constexpr int kIdCharacters = 16;

// Length in front of each part: no two lists of parts give the same bytes.
void AppendPart(absl::string_view part, std::string& bytes) {
  absl::StrAppend(&bytes, part.size(), ":", part, "\n");
}

// RFC 3986: a scheme, a colon, something behind.
bool IsUri(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos || colon + 1 == text.size() ||
      !absl::ascii_isalpha(text[0]) || colon < 2) {
    return false;
  }
  for (const char c : text.substr(0, colon)) {
    if (!absl::ascii_isalnum(c) && c != '+' && c != '-' && c != '.') {
      return false;
    }
  }
  return text.find_first_of(" \t\n") == absl::string_view::npos;
}

// The messages hold no map, so their bytes are the same in every program.
std::string ContentOf(const v1::Article& article) {
  v1::Article seen;
  seen.set_language(article.language());
  *seen.mutable_headline() = article.headline();
  *seen.mutable_decks() = article.decks();
  *seen.mutable_body() = article.body();
  seen.set_byline(article.byline());
  seen.mutable_rights()->set_copyright_notice(
      article.rights().copyright_notice());
  return seen.SerializeAsString();
}

std::string IdentityOf(const v1::Article& article) {
  const v1::Provenance& provenance = article.provenance();
  std::string identity;
  if (!provenance.source_url().empty()) {
    AppendPart("url", identity);
    AppendPart(provenance.source_url(), identity);
  } else if (IsUri(provenance.source_id())) {
    AppendPart("uri", identity);
    AppendPart(provenance.source_id(), identity);
  } else if (!provenance.source_id().empty() &&
             !provenance.source_system().empty()) {
    AppendPart("id", identity);
    AppendPart(provenance.source_system(), identity);
    AppendPart(provenance.source_id(), identity);
  } else {
    AppendPart("content", identity);
    AppendPart(provenance.source_id(), identity);
    AppendPart(ContentOf(article), identity);
  }
  return identity;
}

}  // namespace

std::string Sha256(absl::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
         reinterpret_cast<uint8_t*>(digest.data()));
  return digest;
}

std::string ArticleIdOf(const v1::Article& article) {
  const std::string digest = Sha256(IdentityOf(article));
  std::string id = "w-";
  uint32_t bits = 0;
  int available = 0;
  for (size_t next = 0; id.size() < 2 + kIdCharacters;) {
    if (available < 5) {
      bits = bits << 8 | static_cast<uint8_t>(digest[next++]);
      available += 8;
    }
    available -= 5;
    id.push_back(kBase32[bits >> available & 31]);
  }
  return id;
}

std::string RequestIdOf(const v1::CreateArticleRequest& request,
                        absl::string_view run) {
  v1::CreateArticleRequest attempt = request;
  attempt.clear_request_id();
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    // Provenance has a map, which has no order of its own.
    coded.SetSerializationDeterministic(true);
    attempt.SerializeToCodedStream(&coded);
  }
  std::string named;
  AppendPart(run, named);
  AppendPart(bytes, named);
  std::string uuid = Sha256(named).substr(0, 16);
  // RFC 9562: made from a name, of the variant that the RFC describes.
  uuid[6] = static_cast<char>((uuid[6] & 0x0f) | 0x50);
  uuid[8] = static_cast<char>((uuid[8] & 0x3f) | 0x80);
  const std::string hex = absl::BytesToHexString(uuid);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-",
                      hex.substr(12, 4), "-", hex.substr(16, 4), "-",
                      hex.substr(20));
}

}  // namespace courant::importers

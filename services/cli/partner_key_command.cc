#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "courant/v1/partner_service.pb.h"
#include "services/cli/confirmation.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/partner_commands.h"
#include "services/cli/partner_options.h"
#include "services/cli/partner_text.h"
#include "services/cli/subscription_options.h"
#include "services/cli/table.h"
#include "services/cli/time_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr int kKeysOfPage = 500;  // The most that the server gives.

// "partners/daily" for "daily" and for itself.
std::string PartnerName(const std::string& text) {
  return absl::StartsWith(text, "partners/") ? text
                                             : absl::StrCat("partners/", text);
}

// "partners/daily/keys/k3f9q0m1x7zr" for "daily/k3f9q0m1x7zr" and for itself.
absl::StatusOr<std::string> KeyName(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  if (parts.size() == 4 && parts[0] == "partners" && parts[2] == "keys") {
    return text;
  }
  if (parts.size() != 2) return UsageError("a key is named PARTNER/KEY");
  return absl::StrCat("partners/", parts[0], "/keys/", parts[1]);
}

std::string ScopeWords(const v1::ApiKey& key) {
  return absl::StrJoin(key.scopes(), " ", [](std::string* out, int scope) {
    absl::StrAppend(out, scope == v1::ApiKey::READ_ARTICLES ? "articles"
                         : scope == v1::ApiKey::FOLLOW_CHANGES
                             ? "changes"
                             : absl::StrCat("scope ", scope));
  });
}

std::string StateWords(const v1::ApiKey& key, absl::Time now) {
  if (key.has_revoke_time()) {
    return absl::StrCat("revoked ", TimeText(key.revoke_time()));
  }
  if (!key.has_expire_time()) return "live";
  const bool expired =
      absl::FromUnixSeconds(key.expire_time().seconds()) <= now;
  return absl::StrCat(expired ? "expired " : "live until ",
                      TimeText(key.expire_time()));
}

std::string KeyLine(const v1::ApiKey& key, absl::Time now) {
  return absl::StrCat(OneLine(key.name()), "  ", OneLine(key.display_name()),
                      "  ", ScopeWords(key), "  ", StateWords(key, now),
                      key.has_quota() ? "  " : "", QuotaText(key.quota()));
}

absl::Status CreateKey(const std::string& partner, Context& context) {
  const Arguments& given = context.arguments;
  v1::CreateApiKeyRequest request;
  request.set_parent(PartnerName(partner));
  request.set_request_id(context.request_id);
  v1::ApiKey& key = *request.mutable_key();
  key.set_display_name(given.Get("called"));
  for (const std::string& scope : given.All("scope")) {
    key.add_scopes(scope == "changes" ? v1::ApiKey::FOLLOW_CHANGES
                                      : v1::ApiKey::READ_ARTICLES);
  }
  if (given.Has("expires")) {
    COURANT_ASSIGN_OR_RETURN(*key.mutable_expire_time(),
                             ReadPastOption(given, "expires"));
  }
  if (given.Has("quota")) {
    COURANT_RETURN_IF_ERROR(ReadQuota(given, key.mutable_quota()));
  }
  const absl::StatusOr<v1::CreateApiKeyResponse> made =
      context.connection.Partners<v1::CreateApiKeyResponse>(request);
  if (!made.ok()) return WithRetryHint(made.status(), context);
  Console& console = context.console;
  if (context.output == OutputFormat::kJson) {
    console.out << JsonLine(*made) << '\n';
  } else {
    console.out << KeyLine(made->key(), context.now) << '\n'
                << OneLine(made->secret()) << '\n';
  }
  if (made->secret().empty()) {
    console.err << "courant: the key was made before, and told then; nobody "
                   "can show it "
                   "again. Revoke it and make another.\n";
  } else {
    console.err
        << "courant: keep it now: it is shown this once, and kept nowhere.\n";
  }
  return absl::OkStatus();
}

absl::Status ListKeys(const std::string& partner, Context& context) {
  v1::ListApiKeysRequest request;
  request.set_parent(PartnerName(partner));
  request.set_page_size(kKeysOfPage);
  Table table({"KEY", "STATE", "FOR", "CALLED"});
  Console& console = context.console;
  do {
    COURANT_ASSIGN_OR_RETURN(
        const v1::ListApiKeysResponse page,
        context.connection.Partners<v1::ListApiKeysResponse>(request));
    for (const v1::ApiKey& key : page.keys()) {
      if (context.output == OutputFormat::kJson) {
        console.out << JsonLine(key) << '\n';
      } else {
        table.Add({OneLine(key.name()), StateWords(key, context.now),
                   ScopeWords(key), OneLine(key.display_name())});
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && console.out.good());
  if (context.output == OutputFormat::kText) {
    table.Print(console.out, console.out_terminal.Columns());
  }
  return absl::OkStatus();
}

absl::Status RevokeKey(const std::string& text, Context& context) {
  v1::RevokeApiKeyRequest request;
  COURANT_ASSIGN_OR_RETURN(*request.mutable_name(), KeyName(text));
  request.set_request_id(context.request_id);
  if (!context.arguments.Has("yes")) {
    COURANT_RETURN_IF_ERROR(
        ConfirmWords(absl::StrCat(OneLine(request.name()), "\n"),
                     "From then on nobody gets in with it, for ever.",
                     "Revoke it?", context));
  }
  const absl::StatusOr<v1::ApiKey> key =
      context.connection.Partners<v1::ApiKey>(request);
  if (!key.ok()) return WithRetryHint(key.status(), context);
  context.console.out << (context.output == OutputFormat::kJson
                              ? JsonLine(*key)
                              : KeyLine(*key, context.now))
                      << '\n';
  return absl::OkStatus();
}

absl::Status RunKey(Context& context) {
  const std::vector<std::string>& words = context.arguments.operands();
  const std::string& what = words.front();
  if (words.size() == 2) {
    if (what == "create") return CreateKey(words[1], context);
    if (what == "list") return ListKeys(words[1], context);
    if (what == "revoke") return RevokeKey(words[1], context);
  }
  return UsageError("say create PARTNER, list PARTNER or revoke PARTNER/KEY");
}

}  // namespace

std::vector<Command> PartnerKeyCommands() {
  return {
      {"partner",
       "key",
       "Make a key for a partner, list its keys, or revoke one",
       "courant partner key create daily --called 'Site' --scope articles",
       {"ACTION...", "create PARTNER, list PARTNER or revoke PARTNER/KEY",
        Operand::Use::kRepeated},
       {{"called", "TEXT", "To create: what people call it"},
        {"scope",
         "SCOPE",
         "To create: what it is good for; else for both",
         Option::Use::kRepeated,
         {"articles", "changes"}},
        {"expires", "TIME", "To create: not accepted from then on"},
        {"quota", "LIMIT=N",
         absl::StrCat("To create: how much may be asked for with it, within "
                      "what the partner may: ",
                      kLimitWords),
         Option::Use::kRepeated}},
       true,
       RunKey},
  };
}

}  // namespace courant

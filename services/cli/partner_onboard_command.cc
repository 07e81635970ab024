#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "courant/v1/partner_service.pb.h"
#include "services/cli/certificate_text.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/partner_commands.h"
#include "services/cli/partner_door.h"
#include "services/cli/partner_options.h"
#include "services/cli/request_id.h"
#include "services/cli/sandbox.h"
#include "services/cli/secret_file.h"
#include "services/cli/subscription_options.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr char kPartnerAddress[] = "127.0.0.1:7401";
constexpr int kKeysOfSandboxPage = 500;  // The most that the server gives.
constexpr int kScreenLabelWidth = 11;

// What was found or made of a sandbox.
struct Onboarding {
  Sandbox sandbox;
  PartnerDoor door;
  std::string ca_file;   // In full; empty without TLS.
  std::string key_file;  // In full; empty if none was named.
  v1::ApiKey key;
  bool key_is_new = false;
  std::string secret;  // Empty: nobody knows it here.
  // What the key opens, if it could be tried.
  std::optional<absl::StatusOr<v1::Account>> account;
};

std::string InFull(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

// `word` as a shell takes it back.
std::string Quoted(const std::string& word) {
  constexpr absl::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-:";
  if (word.find_first_not_of(std::string(kPlain)) == word.npos) return word;
  return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

// The record by `get`; made by `create` if there is none. Says which.
template <typename Record, typename Get, typename Create>
absl::Status Ensure(const Get& get, const Create& create, Record* record,
                    Context& context) {
  absl::StatusOr<Record> found = context.connection.Partners<Record>(get);
  const bool is_new = absl::IsNotFound(found.status());
  if (is_new) found = context.connection.Partners<Record>(create);
  if (!found.ok()) return WithRetryHint(found.status(), context);
  *record = *std::move(found);
  context.console.out << (context.output == OutputFormat::kJson
                              ? JsonLine(*record)
                              : absl::StrCat(is_new ? "made   " : "there  ",
                                             RightsLine(*record)))
                      << '\n';
  return absl::OkStatus();
}

absl::Status EnsurePartner(const RightsName& name, Sandbox* sandbox,
                           Context& context) {
  v1::GetPartnerRequest get;
  get.set_name(name.name);
  v1::CreatePartnerRequest create;
  create.set_partner_id(name.id);
  *create.mutable_partner() = sandbox->partner;
  create.set_request_id(NewRequestId());
  return Ensure(get, create, &sandbox->partner, context);
}

// Product, contract and grant, in the order in which they need each other.
absl::Status EnsureRights(Sandbox* sandbox, Context& context) {
  v1::GetProductRequest get_product;
  get_product.set_name(sandbox->product.name());
  v1::CreateProductRequest product;
  product.set_product_id(
      sandbox->product.name().substr(sandbox->product.name().rfind('/') + 1));
  *product.mutable_product() = sandbox->product;
  product.set_request_id(NewRequestId());
  COURANT_RETURN_IF_ERROR(
      Ensure(get_product, product, &sandbox->product, context));

  v1::GetContractRequest get_contract;
  get_contract.set_name(sandbox->contract.name());
  v1::CreateContractRequest contract;
  contract.set_parent(sandbox->partner.name());
  contract.set_contract_id(kSandboxSection);
  *contract.mutable_contract() = sandbox->contract;
  contract.set_request_id(NewRequestId());
  COURANT_RETURN_IF_ERROR(
      Ensure(get_contract, contract, &sandbox->contract, context));

  v1::GetGrantRequest get_grant;
  get_grant.set_name(sandbox->grant.name());
  v1::CreateGrantRequest grant;
  grant.set_parent(sandbox->contract.name());
  grant.set_grant_id(kSandboxSection);
  *grant.mutable_grant() = sandbox->grant;
  grant.set_request_id(NewRequestId());
  return Ensure(get_grant, grant, &sandbox->grant, context);
}

// A live key that this command made before; nothing when there is none.
absl::StatusOr<std::optional<v1::ApiKey>> FindKey(const std::string& partner,
                                                  Context& context) {
  v1::ListApiKeysRequest request;
  request.set_parent(partner);
  request.set_page_size(kKeysOfSandboxPage);
  do {
    COURANT_ASSIGN_OR_RETURN(
        const v1::ListApiKeysResponse page,
        context.connection.Partners<v1::ListApiKeysResponse>(request));
    for (const v1::ApiKey& key : page.keys()) {
      if (key.display_name() == kSandboxKey && IsLiveKey(key, context.now)) {
        return key;
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return std::nullopt;
}

// Makes a key, and keeps it in the file if one is named.
absl::Status MakeKey(Onboarding* made, Context& context) {
  std::optional<SecretFile> file;
  if (!made->key_file.empty()) {
    // Before there is a key that could be lost.
    COURANT_ASSIGN_OR_RETURN(SecretFile reserved,
                             SecretFile::Reserve(made->key_file));
    file.emplace(std::move(reserved));
  }
  v1::CreateApiKeyRequest request;
  request.set_parent(made->sandbox.partner.name());
  request.mutable_key()->set_display_name(kSandboxKey);
  request.set_request_id(context.request_id);
  absl::StatusOr<v1::CreateApiKeyResponse> answer =
      context.connection.Partners<v1::CreateApiKeyResponse>(request);
  if (!answer.ok()) return WithRetryHint(answer.status(), context);
  if (answer->secret().empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        OneLine(answer->key().name()),
        " was made by this request before, and told then; nobody can show it "
        "again: revoke it and make another with --new-key"));
  }
  made->key = answer->key();
  made->key_is_new = true;
  made->secret = answer->secret();
  if (file) COURANT_RETURN_IF_ERROR(file->Write(made->secret));
  if (context.output == OutputFormat::kJson) {
    if (file) answer->clear_secret();
    context.console.out << JsonLine(*answer) << '\n';
  }
  return absl::OkStatus();
}

// The key that there is, or a new one.
absl::Status EnsureKey(Onboarding* made, Context& context) {
  if (!context.arguments.Has("new-key")) {
    COURANT_ASSIGN_OR_RETURN(std::optional<v1::ApiKey> key,
                             FindKey(made->sandbox.partner.name(), context));
    if (key) {
      made->key = *std::move(key);
      if (context.output == OutputFormat::kJson) {
        context.console.out << JsonLine(made->key) << '\n';
      }
      if (made->key_file.empty()) return absl::OkStatus();
      absl::StatusOr<std::string> secret = ReadSecretFile(made->key_file);
      if (!secret.ok()) {
        return WithHint(secret.status(),
                        "a key was made before, and nobody can show it again; "
                        "--new-key makes another");
      }
      made->secret = *std::move(secret);
      return absl::OkStatus();
    }
  }
  return MakeKey(made, context);
}

std::string Labelled(absl::string_view label, absl::string_view text) {
  return absl::StrCat(PadToWidth(label, kScreenLabelWidth), "  ", OneLine(text),
                      "\n");
}

// What the partner may have, in the words of the house.
std::string RightsText(const Onboarding& made) {
  if (!made.account || !made.account->ok()) {
    return Labelled("may have",
                    absl::StrCat(made.sandbox.product.display_name(), " (",
                                 made.sandbox.product.filter(), ")"));
  }
  const v1::Account& account = **made.account;
  std::string text;
  for (const v1::Entitlement& entitlement : account.entitlements()) {
    absl::StrAppend(
        &text, Labelled(text.empty() ? "may have" : "", entitlement.words()));
  }
  return absl::StrCat(
      text, Labelled("", account.embargo_clearance() == v1::Partner::PRE_NOTICE
                             ? "Gets pre-notices of what is under an embargo."
                             : "Gets nothing of what is under an embargo."));
}

// What the partner's developer pastes in a checkout.
std::string SampleCommands(const Onboarding& made, const std::string& id) {
  std::string text;
  std::string key_file = made.key_file;
  if (key_file.empty()) {
    key_file = absl::StrCat(id, ".key");
    if (made.key_is_new) {
      absl::StrAppend(&text, "  (umask 077; echo '", OneLine(made.secret),
                      "' > ", key_file, ")\n");
    }
  }
  const std::string rest = absl::StrCat(
      " ", Quoted(made.door.address), " --key-file ", Quoted(key_file),
      " --mirror ", id, "-mirror",
      made.ca_file.empty() ? "" : absl::StrCat(" --ca ", Quoted(made.ca_file)),
      "\n");
  return absl::StrCat(text, "  /usr/bin/python3 clients/python/follow.py", rest,
                      "or\n  node clients/node/follow.mjs", rest);
}

void PrintScreen(const Onboarding& made, const std::string& fingerprint,
                 Context& context) {
  std::string key =
      absl::StrCat(made.key.name(),
                   made.key_is_new ? ": made, and kept nowhere but "
                                   : ": made before; --new-key makes another");
  if (made.key_is_new) {
    absl::StrAppend(&key, made.key_file.empty() ? "below" : "in ",
                    made.key_file);
  }
  const std::string id = ShortRightsName(made.sandbox.partner.name());
  context.console.out
      << '\n'
      << Labelled("key", key) << Labelled("address", made.door.address)
      << Labelled("certificate",
                  fingerprint.empty()
                      ? "none: in plain text, which is for this machine alone"
                      : absl::StrCat("trust ", made.ca_file, ", SHA-256 ",
                                     fingerprint))
      << RightsText(made) << "\nRun in a checkout of Courant:\n\n"
      << SampleCommands(made, id)
      << "\nand, when it follows, here: courant partner drill " << id << '\n';
}

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  const std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || text.str().empty()) {
    return UsageError(absl::StrCat("--ca: ", OneLine(path), " cannot be read"));
  }
  return text.str();
}

// What was said on the command line, and the fingerprint of the certificate.
absl::StatusOr<std::string> ReadOnboardOptions(const Arguments& given,
                                               Onboarding* made) {
  made->door.address = given.Has("partner-address")
                           ? given.Get("partner-address")
                           : kPartnerAddress;
  if (given.Has("key-file")) made->key_file = InFull(given.Get("key-file"));
  if (!given.Has("ca")) return "";
  made->ca_file = InFull(given.Get("ca"));
  COURANT_ASSIGN_OR_RETURN(made->door.ca_pem, ReadWhole(made->ca_file));
  absl::StatusOr<std::string> fingerprint =
      CertificateFingerprint(made->door.ca_pem);
  if (!fingerprint.ok()) {
    return UsageError(absl::StrCat("--ca: ", OneLine(made->ca_file), " ",
                                   fingerprint.status().message()));
  }
  return fingerprint;
}

absl::Status Onboard(Context& context) {
  const Arguments& given = context.arguments;
  COURANT_ASSIGN_OR_RETURN(const RightsName name,
                           NamedRights(context, RightsNameKind::kPartner));
  Onboarding made;
  COURANT_ASSIGN_OR_RETURN(made.sandbox, SandboxOf(name, given.Get("called")));
  COURANT_ASSIGN_OR_RETURN(const std::string fingerprint,
                           ReadOnboardOptions(given, &made));
  COURANT_RETURN_IF_ERROR(EnsurePartner(name, &made.sandbox, context));
  const absl::Status only =
      CheckHasNothingElse(made.sandbox, context.connection);
  if (absl::IsFailedPrecondition(only) && !given.Has("real")) {
    return WithHint(only, absl::StrCat("choose another name, such as ", name.id,
                                       "-sandbox; or say --real"));
  }
  COURANT_RETURN_IF_ERROR(EnsureRights(&made.sandbox, context));
  COURANT_RETURN_IF_ERROR(EnsureKey(&made, context));
  if (!made.secret.empty()) {
    made.account = AskAccount(made.door, made.secret);
    if (context.output == OutputFormat::kJson && made.account->ok()) {
      context.console.out << JsonLine(**made.account) << '\n';
    }
  }
  if (context.output == OutputFormat::kText) {
    PrintScreen(made, fingerprint, context);
  }
  if (!made.account || made.account->ok()) return absl::OkStatus();
  return WithHint(made.account->status(),
                  absl::StrCat("all was made, but the key was not accepted at ",
                               OneLine(made.door.address),
                               "; say with --partner-address and --ca where "
                               "partners connect, and run this again"));
}

}  // namespace

std::vector<Command> PartnerOnboardCommands() {
  return {
      {"partner",
       "onboard",
       "Make a partner that tries the wire out, with all that its developer "
       "needs",
       "courant partner onboard daily --key-file daily.key",
       RightsOperand("PARTNER"),
       {{"called", "TEXT", "What people call it"},
        {"key-file", "FILE",
         "Where to keep the key, for its owner alone; else it is shown"},
        {"new-key", "", "Make a key even if there is one",
         Option::Use::kSwitch},
        {"partner-address", "HOST:PORT",
         absl::StrCat("Where partners connect; else ", kPartnerAddress)},
        {"ca", "FILE", "Whom they have to trust there, in PEM; else no TLS"},
        {"real", "", "Give a sandbox to a partner that has other contracts",
         Option::Use::kSwitch}},
       true,
       Onboard},
  };
}

}  // namespace courant

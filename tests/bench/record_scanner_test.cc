#include "tests/bench/client/record_scanner.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/rpc/wire_format.h"

namespace courant::bench {
namespace {

using testing::ElementsAre;

class FieldList final : public FieldSink {
 public:
  absl::Status OnNumber(int depth, int field, uint64_t value) override {
    fields.push_back(absl::StrCat(depth, ":", field, "=", value));
    return absl::OkStatus();
  }
  absl::Status OnBytes(int depth, int field, absl::string_view head) override {
    fields.push_back(absl::StrCat(depth, ":", field, " ", head.substr(0, 4),
                                  " of ", head.size()));
    return absl::OkStatus();
  }
  std::vector<std::string> fields;
};

std::string GrpcMessage(const std::string& message) {
  std::string framed(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    framed.push_back(static_cast<char>(message.size() >> shift));
  }
  return framed + message;
}

// A message with a batch in field 2, one with something else, and an empty one.
std::string ThreeMessages() {
  std::string batch;
  AppendVarintField(&batch, 1, 300);
  AppendBytesField(&batch, 4, "first");
  AppendBytesField(&batch, 4, std::string(5000, 'x'));
  AppendBytesField(&batch, 3, "");
  std::string first;
  AppendBytesField(&first, 2, batch);
  std::string second;
  AppendBytesField(&second, 1, "started");
  return absl::StrCat(GrpcMessage(first), GrpcMessage(""), GrpcMessage(second));
}

TEST(RecordScannerTest, FindsTheSameWhereverTheNetworkCuts) {
  const std::string bytes = ThreeMessages();
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    FieldList list;
    RecordScanner scanner(/*entered=*/2, list);
    const absl::string_view all = bytes;
    ASSERT_TRUE(scanner.Feed(all.substr(0, cut)).ok());
    ASSERT_TRUE(scanner.Feed(all.substr(cut)).ok());
    ASSERT_THAT(list.fields,
                ElementsAre("1:1=300", "1:4 firs of 5", "1:4 xxxx of 512",
                            "1:3  of 0", "0:1 star of 7"))
        << "cut at " << cut;
  }
}

TEST(RecordScannerTest, RefusesAFieldThatIsLongerThanItsMessage) {
  std::string message;
  AppendBytesField(&message, 4, "too long");
  message.pop_back();
  FieldList list;
  RecordScanner scanner(/*entered=*/0, list);
  EXPECT_FALSE(scanner.Feed(GrpcMessage(message)).ok());
}

}  // namespace
}  // namespace courant::bench

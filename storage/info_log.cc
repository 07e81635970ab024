#include "storage/info_log.h"

#include <algorithm>
#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "storage/base/mutex.h"

namespace courant::storage {
namespace {

// What is longer is cut: option dumps have short lines.
constexpr size_t kLongestLine = 8192;

class InfoLog final : public rocksdb::Logger {
 public:
  explicit InfoLog(std::unique_ptr<rocksdb::FSWritableFile> file)
      : file_(std::move(file)) {}

  ~InfoLog() override { Close().PermitUncheckedError(); }

  using Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    std::string text(kLongestLine, '\0');
    const int size =
        std::vsnprintf(text.data(), text.size(), format, arguments);
    if (size < 0) return;
    text.resize(std::min(static_cast<size_t>(size), kLongestLine - 1));
    const std::string line =
        absl::StrCat(absl::FormatTime("%Y/%m/%d-%H:%M:%E6S", absl::Now(),
                                      absl::UTCTimeZone()),
                     " ", text, "\n");
    MutexLock lock(mu_);
    // What is lost is lost.
    if (file_->Append(line, rocksdb::IOOptions(), nullptr).ok()) {
      size_ += line.size();
    }
  }

  size_t GetLogFileSize() const override { return size_.load(); }

 protected:
  rocksdb::Status CloseImpl() override {
    MutexLock lock(mu_);
    return file_->Close(rocksdb::IOOptions(), nullptr);
  }

 private:
  Mutex mu_;
  const std::unique_ptr<rocksdb::FSWritableFile> file_ ABSL_GUARDED_BY(mu_);
  std::atomic<size_t> size_{0};
};

}  // namespace

std::unique_ptr<rocksdb::Logger> NewInfoLog(
    std::unique_ptr<rocksdb::FSWritableFile> file) {
  return std::make_unique<InfoLog>(std::move(file));
}

}  // namespace courant::storage

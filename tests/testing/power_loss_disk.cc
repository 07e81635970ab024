#include "tests/testing/power_loss_disk.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "absl/strings/match.h"

namespace courant {
namespace {

using Random = std::mt19937_64;

// Uniform in [first, last]. The distributions of the standard library give
// other numbers elsewhere.
size_t Between(size_t first, size_t last, Random& random) {
  return first + random() % (last - first + 1);
}

bool Coin(Random& random) { return random() % 2 == 0; }

size_t SectorEnd(size_t offset) {
  constexpr size_t kSize = PowerLossDisk::kSectorSize;
  return (offset + kSize - 1) / kSize * kSize;
}

// Old and new sectors side by side, in a size that the file once had.
std::string MixSectors(const std::string& before, const std::string& after,
                       Random& random) {
  std::string mixed = Coin(random) ? before : after;
  for (size_t begin = 0; begin < mixed.size();
       begin += PowerLossDisk::kSectorSize) {
    const std::string& source = Coin(random) ? before : after;
    const size_t end = std::min(
        {begin + PowerLossDisk::kSectorSize, mixed.size(), source.size()});
    if (begin < end)
      mixed.replace(begin, end - begin, source, begin, end - begin);
  }
  return mixed;
}

// Fills the rest of the last sector, within the size that the file had
// reached.
void Tear(PowerLossDisk::Tail tail, size_t size_reached, Random& random,
          std::string* content) {
  const size_t end = std::min(SectorEnd(content->size()), size_reached);
  while (content->size() < end) {
    content->push_back(tail == PowerLossDisk::Tail::kZeros
                           ? '\0'
                           : static_cast<char>(random()));
  }
}

// Makes each sector from `synced` on what it was, zeros, or garbage.
void ScrambleSectors(size_t synced, Random& random, std::string* content) {
  constexpr size_t kSize = PowerLossDisk::kSectorSize;
  for (size_t begin = synced; begin < content->size();) {
    const size_t end = std::min((begin / kSize + 1) * kSize, content->size());
    const size_t fate = Between(0, 2, random);
    for (; begin < end; ++begin) {
      if (fate == 1) (*content)[begin] = '\0';
      if (fate == 2) (*content)[begin] = static_cast<char>(random());
    }
  }
}

// Makes of each sector in which synced bytes were to be replaced what is there,
// zeros, or garbage, from the first to the last byte that was to change.
void ScrambleChanges(const std::string& before, const std::string& after,
                     PowerLossDisk::Tail tail, Random& random,
                     std::string* content) {
  constexpr size_t kSize = PowerLossDisk::kSectorSize;
  const size_t size = std::min({before.size(), after.size(), content->size()});
  for (size_t begin = 0; begin < size; begin += kSize) {
    size_t end = std::min(begin + kSize, size);
    while (end > begin && before[end - 1] == after[end - 1]) --end;
    size_t first = begin;
    while (first < end && before[first] == after[first]) ++first;
    const size_t fate = Between(0, 2, random);
    const bool zeros = fate == 1 && tail != PowerLossDisk::Tail::kGarbage;
    const bool garbage = fate == 2 && tail != PowerLossDisk::Tail::kZeros;
    for (; first < end; ++first) {
      if (zeros) (*content)[first] = '\0';
      if (garbage) (*content)[first] = static_cast<char>(random());
    }
  }
}

// Calls `visit` once for every node that `entries` lead to from `node`.
void Walk(const DiskNodePtr& node,
          std::map<std::string, DiskNodePtr> DiskNode::*entries,
          std::set<const DiskNode*>* seen,
          const std::function<void(const std::string&, DiskNode&)>& visit,
          const std::string& name = {}) {
  if (!seen->insert(node.get()).second) return;
  visit(name, *node);
  for (const auto& [child_name, child] : (*node).*entries) {
    Walk(child, entries, seen, visit, child_name);
  }
}

}  // namespace

PowerLossDisk::PowerLossDisk() : root_(std::make_shared<DiskNode>()) {
  root_->is_directory = true;
}

DiskNodePtr PowerLossDisk::Find(const Path& path) const {
  DiskNodePtr node = root_;
  for (const std::string& name : path) {
    const auto found = node->entries.find(name);
    if (found == node->entries.end()) return nullptr;
    node = found->second;
  }
  return node;
}

DiskNodePtr PowerLossDisk::Parent(const Path& path) const {
  return Find(Path(path.begin(), path.end() - 1));
}

void PowerLossDisk::ApplyTo(
    std::map<std::string, DiskNodePtr> DiskNode::*entries,
    const Change& change) {
  for (const Edit& edit : change.edits) {
    auto& names = (*edit.directory).*entries;
    if (edit.node == nullptr) {
      names.erase(edit.name);
    } else {
      names[edit.name] = edit.node;
    }
  }
}

void PowerLossDisk::Do(Change change) {
  ApplyTo(&DiskNode::entries, change);
  changes_.push_back(std::move(change));
}

DiskNodePtr PowerLossDisk::Add(const Path& path, DiskNodePtr node) {
  const DiskNodePtr parent = Parent(path);
  Do({.edits = {{parent, path.back(), node}},
      .subject = node,
      .synced_by = parent.get()});
  return node;
}

DiskNodePtr PowerLossDisk::OpenFile(const Path& path) {
  if (DiskNodePtr existing = Find(path)) return existing;
  return Add(path, std::make_shared<DiskNode>());
}

DiskNodePtr PowerLossDisk::CreateFile(const Path& path) {
  DiskNodePtr file = OpenFile(path);
  Truncate(*file, 0);
  return file;
}

DiskNodePtr PowerLossDisk::CreateDirectory(const Path& path) {
  DiskNodePtr directory = std::make_shared<DiskNode>();
  directory->is_directory = true;
  return Add(path, std::move(directory));
}

void PowerLossDisk::Write(DiskNode& file, size_t offset,
                          absl::string_view data) {
  if (offset < file.content.size()) file.overwritten = true;
  file.common = std::min(file.common, offset);
  if (file.content.size() < offset + data.size()) {
    file.content.resize(offset + data.size());
  }
  std::copy(data.begin(), data.end(), file.content.begin() + offset);
}

void PowerLossDisk::Truncate(DiskNode& file, size_t size) {
  file.content.resize(size);
  file.common = std::min(file.common, size);
}

void PowerLossDisk::Rename(const Path& from, const Path& to) {
  const DiskNodePtr node = Find(from);
  // Two names of one file: POSIX leaves both.
  if (node == Find(to)) return;
  const DiskNodePtr source = Parent(from);
  const DiskNodePtr target = Parent(to);
  Do({.edits = {{source, from.back(), nullptr}, {target, to.back(), node}},
      .subject = node,
      .synced_by = target.get()});
}

void PowerLossDisk::Link(const Path& from, const Path& to) {
  Add(to, Find(from));
}

void PowerLossDisk::Remove(const Path& path) {
  const DiskNodePtr parent = Parent(path);
  Do({.edits = {{parent, path.back(), nullptr}},
      .subject = Find(path),
      .synced_by = parent.get()});
}

void PowerLossDisk::Sync(DiskNode& file) {
  file.durable.resize(file.common);
  file.durable.append(file.content, file.common);
  file.common = file.content.size();
  file.overwritten = false;
}

bool PowerLossDisk::IsSynced(const DiskNode& file) {
  return !file.overwritten && file.common == file.content.size() &&
         file.common == file.durable.size();
}

void PowerLossDisk::SyncDirectory(const DiskNode& directory) {
  for (Change& change : changes_) {
    if (change.synced_by == &directory) change.durable = true;
  }
  while (!changes_.empty() && changes_.front().durable) {
    ApplyTo(&DiskNode::durable_entries, changes_.front());
    changes_.pop_front();
  }
}

void PowerLossDisk::SyncEverything() {
  changes_.clear();
  std::set<const DiskNode*> seen;
  Walk(root_, &DiskNode::entries, &seen,
       [this](const std::string&, DiskNode& node) {
         node.durable_entries = node.entries;
         Sync(node);
       });
}

void PowerLossDisk::KeepSome(Random& random) {
  // A journal keeps operations in order, so a cut leaves a first part of
  // them. Without one, they reach the disk in any order.
  const bool journal = Coin(random);
  const size_t first_part = Between(0, changes_.size(), random);
  std::set<const DiskNode*> lost_subjects;
  std::set<std::pair<const DiskNode*, std::string>> lost_names;
  for (size_t i = 0; i < changes_.size(); ++i) {
    const Change& change = changes_[i];
    bool keep = journal ? i < first_part : Coin(random);
    keep = keep && !lost_subjects.contains(change.subject.get());
    for (const Edit& edit : change.edits) {
      keep = keep && !lost_names.contains({edit.directory.get(), edit.name});
    }
    if (keep || change.durable) {
      ApplyTo(&DiskNode::durable_entries, change);
      continue;
    }
    lost_subjects.insert(change.subject.get());
    for (const Edit& edit : change.edits) {
      lost_names.insert({edit.directory.get(), edit.name});
    }
  }
  changes_.clear();
}

std::string PowerLossDisk::Survivor(const DiskNode& file, Tail tail,
                                    Random& random) {
  switch (Between(0, 2, random)) {
    case 0:
      return file.durable;
    case 1:
      return file.content;
  }
  if (file.overwritten) {
    std::string mixed = MixSectors(file.durable, file.content, random);
    if (tail != Tail::kClean && Coin(random)) {
      ScrambleChanges(file.durable, file.content, tail, random, &mixed);
    }
    return mixed;
  }
  // The truncation itself may not have happened, and then nothing after it.
  if (file.common < file.durable.size() && Coin(random)) return file.durable;
  size_t size = Between(file.common, file.content.size(), random);
  if (Coin(random)) {
    size = std::max(file.common, size / kSectorSize * kSectorSize);
  }
  std::string content = file.content.substr(0, size);
  if (tail == Tail::kSectors) {
    if (Coin(random)) ScrambleSectors(file.common, random, &content);
    return content;
  }
  if (tail != Tail::kClean && Coin(random)) {
    Tear(tail, file.content.size(), random, &content);
  }
  return content;
}

void PowerLossDisk::LosePower(uint64_t seed, Tail tail,
                              absl::string_view clean) {
  Random random(seed);
  // Every fourth cut is the hardest: nothing survives by luck.
  const bool unlucky = Between(0, 3, random) == 0;
  if (unlucky) {
    for (const Change& change : changes_) {
      if (change.durable) ApplyTo(&DiskNode::durable_entries, change);
    }
    changes_.clear();
  } else {
    KeepSome(random);
  }
  std::set<const DiskNode*> seen;
  Walk(root_, &DiskNode::durable_entries, &seen,
       [&](const std::string& name, DiskNode& node) {
         const bool is_clean = !clean.empty() && absl::StartsWith(name, clean);
         node.entries = node.durable_entries;
         node.content =
             unlucky ? node.durable
                     : Survivor(node, is_clean ? Tail::kClean : tail, random);
         node.common = 0;
         Sync(node);
       });
}

}  // namespace courant

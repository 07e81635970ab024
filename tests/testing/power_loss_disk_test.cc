#include "tests/testing/power_loss_disk.h"

#include <functional>
#include <map>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsSubsetOf;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Tail = PowerLossDisk::Tail;

// What is on the disk: the bytes of each file by its path.
using Tree = std::map<std::string, std::string>;

void Collect(const DiskNode& directory, const std::string& prefix, Tree* tree) {
  for (const auto& [name, node] : directory.entries) {
    if (node->is_directory) {
      Collect(*node, prefix + name + "/", tree);
    } else {
      (*tree)[prefix + name] = node->content;
    }
  }
}

// Every tree that a cut after `history` leaves, over 400 seeds.
std::set<Tree> Outcomes(const std::function<void(PowerLossDisk&)>& history,
                        Tail tail = Tail::kClean) {
  std::set<Tree> outcomes;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    PowerLossDisk disk;
    history(disk);
    disk.LosePower(seed, tail);
    Tree tree;
    Collect(*disk.Find({}), "", &tree);
    outcomes.insert(tree);
  }
  return outcomes;
}

// A file with durable name and bytes.
DiskNodePtr AddDurable(PowerLossDisk& disk, const PowerLossDisk::Path& path,
                       absl::string_view content) {
  DiskNodePtr file = disk.CreateFile(path);
  disk.Write(*file, 0, content);
  disk.SyncEverything();
  return file;
}

TEST(PowerLossDiskTest, WhatIsSyncedSurvives) {
  EXPECT_THAT(Outcomes([](PowerLossDisk& disk) {
                DiskNodePtr file = disk.CreateFile({"f"});
                disk.Write(*file, 0, "one");
                disk.Write(*file, 3, "two");
                disk.Sync(*file);
                disk.SyncDirectory(*disk.Find({}));
              }),
              ElementsAre(Tree{{"f", "onetwo"}}));
}

TEST(PowerLossDiskTest, AnUnsyncedAppendSurvivesWhollyPartlyOrNotAtAll) {
  const auto outcomes = Outcomes([](PowerLossDisk& disk) {
    DiskNodePtr file = AddDurable(disk, {"f"}, "ab");
    disk.Write(*file, 2, "cd");
  });
  EXPECT_THAT(outcomes,
              UnorderedElementsAre(Tree{{"f", "ab"}}, Tree{{"f", "abc"}},
                                   Tree{{"f", "abcd"}}));
}

TEST(PowerLossDiskTest, ASyncOfTheFileDoesNotKeepItsName) {
  EXPECT_THAT(Outcomes([](PowerLossDisk& disk) {
                DiskNodePtr file = disk.CreateFile({"f"});
                disk.Write(*file, 0, "x");
                disk.Sync(*file);
              }),
              UnorderedElementsAre(Tree{}, Tree{{"f", "x"}}));
}

TEST(PowerLossDiskTest, ASyncOfTheDirectoryDoesNotKeepTheBytes) {
  EXPECT_THAT(Outcomes([](PowerLossDisk& disk) {
                disk.Write(*disk.CreateFile({"f"}), 0, "x");
                disk.SyncDirectory(*disk.Find({}));
              }),
              UnorderedElementsAre(Tree{{"f", ""}}, Tree{{"f", "x"}}));
}

TEST(PowerLossDiskTest, ATruncationCanBeUndoneWithWhatWasWrittenAfterIt) {
  EXPECT_THAT(Outcomes([](PowerLossDisk& disk) {
                DiskNodePtr file = AddDurable(disk, {"f"}, "old");
                disk.CreateFile({"f"});
                disk.Write(*file, 0, "NE");
              }),
              UnorderedElementsAre(Tree{{"f", "old"}}, Tree{{"f", ""}},
                                   Tree{{"f", "N"}}, Tree{{"f", "NE"}}));
}

TEST(PowerLossDiskTest, OverwrittenSectorsReachTheDiskOneByOne) {
  const std::string a(512, 'a');
  const std::string b(512, 'b');
  EXPECT_THAT(Outcomes([&](PowerLossDisk& disk) {
                DiskNodePtr file = AddDurable(disk, {"f"}, a + a);
                disk.Write(*file, 0, b + b);
              }),
              UnorderedElementsAre(Tree{{"f", a + a}}, Tree{{"f", a + b}},
                                   Tree{{"f", b + a}}, Tree{{"f", b + b}}));
}

TEST(PowerLossDiskTest, ARenameIsUndoneWithTheOldTargetBack) {
  const auto replace = [](PowerLossDisk& disk) {
    AddDurable(disk, {"new"}, "2");
    AddDurable(disk, {"f"}, "1");
    disk.Rename({"new"}, {"f"});
  };
  EXPECT_THAT(
      Outcomes(replace),
      UnorderedElementsAre(Tree{{"f", "1"}, {"new", "2"}}, Tree{{"f", "2"}}));
  EXPECT_THAT(Outcomes([&](PowerLossDisk& disk) {
                replace(disk);
                disk.SyncDirectory(*disk.Find({}));
              }),
              ElementsAre(Tree{{"f", "2"}}));
}

TEST(PowerLossDiskTest, ARenameDoesNotSurviveTheCreationBeforeIt) {
  EXPECT_THAT(Outcomes([](PowerLossDisk& disk) {
                disk.CreateFile({"new"});
                disk.Rename({"new"}, {"f"});
              }),
              UnorderedElementsAre(Tree{}, Tree{{"new", ""}}, Tree{{"f", ""}}));
}

TEST(PowerLossDiskTest, ARemovalCanBeUndone) {
  const auto remove = [](PowerLossDisk& disk) {
    AddDurable(disk, {"f"}, "1");
    disk.Remove({"f"});
  };
  EXPECT_THAT(Outcomes(remove), UnorderedElementsAre(Tree{}, Tree{{"f", "1"}}));
  EXPECT_THAT(Outcomes([&](PowerLossDisk& disk) {
                remove(disk);
                disk.SyncDirectory(*disk.Find({}));
              }),
              ElementsAre(Tree{}));
}

TEST(PowerLossDiskTest, ALostDirectoryTakesEverythingInItAlong) {
  EXPECT_THAT(Outcomes([](PowerLossDisk& disk) {
                DiskNodePtr directory = disk.CreateDirectory({"d"});
                DiskNodePtr file = disk.CreateFile({"d", "f"});
                disk.Write(*file, 0, "x");
                disk.Sync(*file);
                disk.SyncDirectory(*directory);
              }),
              UnorderedElementsAre(Tree{}, Tree{{"d/f", "x"}}));
}

TEST(PowerLossDiskTest, ARenamedDirectoryKeepsWhatIsInIt) {
  EXPECT_THAT(Outcomes([](PowerLossDisk& disk) {
                disk.CreateDirectory({"tmp"});
                AddDurable(disk, {"tmp", "f"}, "x");
                disk.Rename({"tmp"}, {"d"});
              }),
              UnorderedElementsAre(Tree{{"tmp/f", "x"}}, Tree{{"d/f", "x"}}));
}

TEST(PowerLossDiskTest, AMoveBetweenDirectoriesNeverLosesTheFile) {
  for (const char* synced : {"from", "to"}) {
    const auto outcomes = Outcomes([&](PowerLossDisk& disk) {
      disk.CreateDirectory({"from"});
      disk.CreateDirectory({"to"});
      AddDurable(disk, {"from", "f"}, "x");
      disk.Rename({"from", "f"}, {"to", "f"});
      disk.SyncDirectory(*disk.Find({synced}));
    });
    EXPECT_THAT(outcomes,
                IsSubsetOf({Tree{{"from/f", "x"}}, Tree{{"to/f", "x"}}}));
    EXPECT_THAT(outcomes, Contains(Tree{{"to/f", "x"}}));
  }
}

TEST(PowerLossDiskTest, TwoNamesOfOneFileHoldTheSameBytes) {
  const auto outcomes = Outcomes([](PowerLossDisk& disk) {
    DiskNodePtr file = AddDurable(disk, {"f"}, "ab");
    disk.Link({"f"}, {"g"});
    disk.SyncDirectory(*disk.Find({}));
    disk.Write(*file, 2, "cd");
  });
  for (const Tree& tree : outcomes) EXPECT_EQ(tree.at("f"), tree.at("g"));
  EXPECT_EQ(outcomes.size(), 3u);
}

TEST(PowerLossDiskTest, OperationsOnDifferentNamesSurviveInAnyOrder) {
  const auto outcomes = Outcomes([](PowerLossDisk& disk) {
    disk.CreateFile({"first"});
    disk.CreateFile({"second"});
  });
  EXPECT_THAT(outcomes, UnorderedElementsAre(
                            Tree{}, Tree{{"first", ""}}, Tree{{"second", ""}},
                            Tree{{"first", ""}, {"second", ""}}));
}

TEST(PowerLossDiskTest, OperationsOnOneNameKeepTheirOrder) {
  // Without the removal there is no new file of that name.
  EXPECT_THAT(
      Outcomes([](PowerLossDisk& disk) {
        AddDurable(disk, {"f"}, "old");
        disk.Remove({"f"});
        DiskNodePtr file = disk.CreateFile({"f"});
        disk.Write(*file, 0, "new");
        disk.Sync(*file);
      }),
      UnorderedElementsAre(Tree{{"f", "old"}}, Tree{}, Tree{{"f", "new"}}));
}

TEST(PowerLossDiskTest, ATornTailStaysInItsSectorAndSparesWhatWasSynced) {
  const std::string synced(600, 's');
  const std::string written(900, 'w');
  bool zeros = false;
  bool garbage = false;
  for (const Tail tail : {Tail::kZeros, Tail::kGarbage}) {
    const auto outcomes = Outcomes(
        [&](PowerLossDisk& disk) {
          disk.Write(*AddDurable(disk, {"f"}, synced), 600, written);
        },
        tail);
    for (const Tree& tree : outcomes) {
      const std::string& content = tree.at("f");
      ASSERT_GE(content.size(), synced.size());
      ASSERT_LE(content.size(), synced.size() + written.size());
      EXPECT_EQ(content.substr(0, 600), synced);
      const size_t torn = content.find_first_not_of('w', 600);
      if (torn == std::string::npos) continue;
      EXPECT_EQ(torn / 512, (content.size() - 1) / 512);
      zeros |= tail == Tail::kZeros && content[torn] == '\0';
      garbage |= tail == Tail::kGarbage && content[torn] != '\0';
    }
  }
  EXPECT_TRUE(zeros);
  EXPECT_TRUE(garbage);
}

TEST(PowerLossDiskTest, UnsyncedSectorsReachTheDiskInAnyOrder) {
  const std::string synced(600, 's');
  const std::string written(1500, 'w');
  bool later_one_alone = false;
  for (const Tree& tree : Outcomes(
           [&](PowerLossDisk& disk) {
             disk.Write(*AddDurable(disk, {"f"}, synced), 600, written);
           },
           Tail::kSectors)) {
    const std::string& content = tree.at("f");
    ASSERT_LE(content.size(), synced.size() + written.size());
    EXPECT_EQ(content.substr(0, 600), synced);
    if (content.size() < 1536) continue;
    // Sectors 512 to 1023 and 1024 to 1535, behind what was synced.
    later_one_alone |= content.substr(600, 424) != written.substr(0, 424) &&
                       content.substr(1024, 512) == written.substr(0, 512);
  }
  EXPECT_TRUE(later_one_alone);
}

// What is written over synced bytes tears like what is appended; the bytes
// beside it stay.
TEST(PowerLossDiskTest, ASectorThatIsWrittenOverMayBeAnything) {
  const std::string synced(2000, 's');
  const std::string written(600, 'w');
  for (const Tail tail : {Tail::kZeros, Tail::kGarbage, Tail::kSectors}) {
    bool zeros = false;
    bool garbage = false;
    for (const Tree& tree : Outcomes(
             [&](PowerLossDisk& disk) {
               disk.Write(*AddDurable(disk, {"f"}, synced), 100, written);
             },
             tail)) {
      const std::string& content = tree.at("f");
      ASSERT_EQ(content.size(), synced.size());
      EXPECT_EQ(content.substr(0, 100), synced.substr(0, 100));
      EXPECT_EQ(content.substr(700), synced.substr(700));
      for (const char byte : content) {
        zeros |= byte == '\0';
        garbage |= byte != '\0' && byte != 's' && byte != 'w';
      }
    }
    EXPECT_TRUE(zeros || tail == Tail::kGarbage);
    EXPECT_EQ(garbage, tail != Tail::kZeros);
  }
}

TEST(PowerLossDiskTest, EqualSeedsGiveEqualTrees) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Tree trees[2];
    for (Tree& tree : trees) {
      PowerLossDisk disk;
      for (const char* name : {"a", "b", "c", "d"}) {
        disk.Write(*disk.CreateFile({name}), 0, std::string(1000, 'x'));
      }
      disk.LosePower(seed, Tail::kGarbage);
      Collect(*disk.Find({}), "", &tree);
    }
    EXPECT_EQ(trees[0], trees[1]);
  }
}

TEST(PowerLossDiskTest, EverythingLeftIsDurable) {
  PowerLossDisk disk;
  AddDurable(disk, {"f"}, "x");
  disk.Remove({"f"});
  disk.Write(*disk.CreateFile({"g"}), 0, "y");
  disk.LosePower(1, Tail::kClean);
  Tree first;
  Collect(*disk.Find({}), "", &first);
  EXPECT_EQ(disk.pending_changes(), 0u);
  for (uint64_t seed = 0; seed < 50; ++seed) {
    disk.LosePower(seed, Tail::kClean);
    Tree again;
    Collect(*disk.Find({}), "", &again);
    EXPECT_EQ(again, first);
  }
}

}  // namespace
}  // namespace courant

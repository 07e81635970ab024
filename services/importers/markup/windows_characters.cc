#include "services/importers/markup/windows_characters.h"

#include <cstddef>

namespace courant::importers {
namespace {

// For 0x80 to 0x9f; empty where there is none.
constexpr const char* kCharacters[] = {"€", "",  "‚", "ƒ", "„", "…", "†", "‡",
                                       "ˆ", "‰", "Š", "‹", "Œ", "",  "Ž", "",
                                       "",  "‘", "’", "“", "”", "•", "–", "—",
                                       "˜", "™", "š", "›", "œ", "",  "ž", "Ÿ"};

}  // namespace

void ReplaceWindowsCharacters(std::string& text) {
  // In UTF-8, 0xc2 and the number itself.
  for (size_t i = text.find('\xc2'); i != std::string::npos;
       i = text.find('\xc2', i + 1)) {
    if (i + 1 == text.size()) return;
    const auto byte = static_cast<unsigned char>(text[i + 1]);
    if (byte < 0x80 || byte > 0x9f) continue;
    const char* meant = kCharacters[byte - 0x80];
    if (*meant != '\0') text.replace(i, 2, meant);
  }
}

}  // namespace courant::importers

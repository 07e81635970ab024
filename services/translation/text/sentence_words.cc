#include "services/translation/text/sentence_words.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"

namespace courant::text {
namespace {

// Words that a sentence begins with and a name does not: after an abbreviation
// that may stand within a sentence ("U.S.", "p.m."), these tell.
constexpr absl::string_view kStarters[] = {
    "A",         "About",   "According", "After",   "All",     "Also",
    "Although",  "Among",   "An",        "And",     "Any",     "As",
    "At",        "Because", "Before",    "Both",    "But",     "By",
    "Despite",   "During",  "Each",      "Earlier", "Even",    "For",
    "From",      "Given",   "He",        "Her",     "Here",    "His",
    "How",       "However", "I",         "If",      "In",      "Instead",
    "It",        "Its",     "Last",      "Later",   "Like",    "Many",
    "Meanwhile", "More",    "Most",      "My",      "No",      "Not",
    "Now",       "Of",      "On",        "Once",    "One",     "Only",
    "Or",        "Other",   "Others",    "Our",     "Over",    "Several",
    "She",       "Since",   "So",        "Some",    "Still",   "Such",
    "That",      "The",     "Their",     "Then",    "There",   "These",
    "They",      "This",    "Those",     "Though",  "Through", "Thus",
    "To",        "Today",   "Two",       "Under",   "Until",   "We",
    "Were",      "What",    "When",      "Where",   "Whether", "Which",
    "While",     "Who",     "Why",       "With",    "Yet",     "You",
    "Your"};

// Before a name, and never at the end of a sentence. A capital or small
// letter to begin with, as here; the rest in any case, as in headlines.
constexpr absl::string_view kTitles[] = {
    "Adm",   "Amb",    "Assoc", "Asst",  "Atty", "Brig",     "Capt", "Cdr",
    "Cmdr",  "Col",    "Cols",  "Comdr", "Cpl",  "Cpt",      "Dep",  "Det",
    "Dr",    "Dra",    "Drs",   "Fr",    "Gen",  "Gens",     "Gov",  "Govs",
    "Hon",   "Insp",   "Lieut", "Lt",    "Maj",  "Messrs",   "Mlle", "Mme",
    "Mr",    "Mrs",    "Ms",    "Msgr",  "Mt",   "Pfc",      "Pres", "Prof",
    "Profs", "Pvt",    "Rep",   "Reps",  "Rev",  "Sen",      "Sens", "Sfc",
    "Sgt",   "Spc",    "Sra",   "St",    "Supt", "Vice-Adm", "ca",   "cf",
    "e.g",   "approx", "i.e",   "viz",   "vs"};

// Before a number, and at the end of a sentence otherwise.
constexpr absl::string_view kBeforeNumber[] = {
    "Apr",  "Apt", "Art",  "Aug", "Bldg", "Ch",   "Dec", "Ep",  "Eq",  "Ext",
    "Feb",  "Fig", "Figs", "Hwy", "Jan",  "Jul",  "Jun", "Mar", "No",  "Nos",
    "Nov",  "Nr",  "Oct",  "Op",  "Par",  "Pt",   "Rm",  "Rte", "Sec", "Sep",
    "Sept", "Ste", "Tel",  "Ver", "Vol",  "Vols", "art", "ch",  "eq",  "fig",
    "figs", "no",  "nos",  "p",   "par",  "pp",   "sec", "vol", "vols"};

// Within a sentence or at the end of one.
constexpr absl::string_view kAnywhere[] = {
    "Apr", "Aug", "Ave",  "Blvd", "Bros", "Co",  "Corp", "Dec", "Dept", "Esq",
    "Est", "Feb", "Ft",   "Inc",  "Jan",  "Jr",  "Jul",  "Jun", "Ltd",  "Mar",
    "Mfg", "Nov", "Oct",  "Op",   "Ph.D", "Pty", "Rd",   "Ret", "Sep",  "Sept",
    "Sq",  "Sr",  "Univ", "al",   "dept", "est", "etc",  "hrs", "kg",   "km",
    "lb",  "lbs", "mins", "oz",   "ret",  "v"};

// Languages that write "27." for "27th".
constexpr absl::string_view kOrdinals[] = {"cs", "da", "de", "et", "fi", "fo",
                                           "hr", "hu", "is", "lv", "nb", "nn",
                                           "no", "sk", "sl", "sr"};

// Particles that take up a quotation, where a space was put before them. Not
// those that are words themselves: "이" (this), "이란" (Iran).
constexpr absl::string_view kQuotatives[] = {
    "고",     "고는",   "고도",   "는",       "며",       "면서",
    "라고",   "라고는", "라고도", "라는",     "라던",     "라며",
    "라면서", "라지만", "란",     "이라고",   "이라고는", "이라고도",
    "이라는", "이라던", "이라며", "이라면서", "하고",     "하는",
    "하던",   "하며",   "하면서", "에",       "을",       "를"};

template <size_t n>
bool Contains(const absl::string_view (&words)[n], absl::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// The same, where all but the first letter may be capitals: "GEN", "Gen".
template <size_t n>
bool ContainsAnyCase(const absl::string_view (&words)[n],
                     absl::string_view word) {
  return std::any_of(std::begin(words), std::end(words),
                     [word](absl::string_view each) {
                       return !word.empty() && each[0] == word[0] &&
                              absl::EqualsIgnoreCase(each, word);
                     });
}

}  // namespace

bool IsStarter(absl::string_view word) { return Contains(kStarters, word); }

bool IsTitle(absl::string_view word) { return ContainsAnyCase(kTitles, word); }

bool IsBeforeNumber(absl::string_view word) {
  return ContainsAnyCase(kBeforeNumber, word);
}

bool IsAbbreviation(absl::string_view word) {
  return ContainsAnyCase(kAnywhere, word);
}

bool IsQuotative(absl::string_view word) { return Contains(kQuotatives, word); }

bool WritesOrdinals(absl::string_view language) {
  return Contains(kOrdinals, language);
}

}  // namespace courant::text

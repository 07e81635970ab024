#include "services/translation/text/segmenter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace courant {
namespace {

// A text in a language; "|" is where it is cut.
struct HardCase {
  absl::string_view language;
  absl::string_view text;
};

// What makes each hard stands above it.
constexpr HardCase kHardCases[] = {
    // Plain sentences; the spaces belong to the one before.
    {"ko", "연락선이 다시 다닌다. |항구는 정오에 열렸다."},
    {"en", "The ferries run again.  |The harbour opened at noon. "},
    {"en", " The spaces before are the first one's. |So it is."},
    {"ko", "배가 떴나? |아직 모른다! |기다려 보자."},
    // A particle takes up what was quoted.
    {"ko", "장관은 “길이 열렸다.”고 말했다. |그는 떠났다."},
    {"ko", "장관은 \"길이 열렸다.\"고 말했다. |그는 떠났다."},
    {"ko", "시장은 “예산이 없다.”라며 거절했다. |의회는 놀랐다."},
    {"ko", "그는 “간다.”면서 웃었다. |아무도 믿지 않았다."},
    {"ko", "“언제 오느냐?”는 물음이 이어졌다. |답은 없었다."},
    {"ko", "“첫 항해다.”이라고 적었다. |선장은 웃었다."},
    {"ko", "“배가 온다!”라고 외쳤다. |모두 뛰었다."},
    {"ko", "'안개가 걷혔다.'라는 말이 돌았다. |배가 떴다."},
    // The same, with a space that should not be there.
    {"ko", "그는 “배가 떴다.” 라고 말했다. |다들 웃었다."},
    {"ko", "그는 \"배가 떴다. \"고 말했다. |다들 웃었다."},
    {"ko", "그는 “배가 떴다.” 며 손을 흔들었다. |비가 왔다."},
    {"ko", "왜 떠났나? 하는 의문이 남았다. |답은 없다."},
    // Not a particle: "고" is "the late", "이" is "this".
    {"ko", "그는 “갔다.” |이 말은 사실이다."},
    {"ko", "모두 울었다. |고 김한별 선장을 기렸다."},
    // Sentences within a quotation are sentences.
    {"ko", "그는 “안개가 짙다. |배는 못 뜬다.”고 말했다."},
    {"en", "He said, “The fog is thick. |No ship leaves.” |They waited."},
    {"en", "\"The fog is thick,\" she said. |\"No ship leaves.\" |They sat."},
    {"en", "\"Why now?\" he asked. |\"Look!\" they cried. |Nobody came."},
    {"en", "He called it 'peace making.' |Others did not."},
    {"en", "It is for 'peace keeping.'\" |He then added a word."},
    // A quotation that begins without a space.
    {"ko", "그는 말했다.|\"우리는 간다\"고 했다."},
    // Dates.
    {"ko", "2018. 4. 27. 판문점에서 만났다. |다시 만났다."},
    {"ko", "회담은 2018. 4. 27. 열렸다. |끝은 2018.4.28.이었다."},
    {"ko", "기간은 2018. 4. 27.~5. 3. 사이다. |연장은 없다."},
    {"ko", "2018. 4. 27. (금) 오후에 떠났다. |돌아왔다."},
    {"en", "It opened on 2018. 4. 27. in Seoul. |It closed."},
    {"en", "He was born in 1999. |He died in 2005. |Nobody knew."},
    // Brackets stay with what they follow, and are not cut within.
    {"ko", "결의안이 채택됐다.(사진=연합뉴스) |다음 회의는 없다."},
    {"ko", "결의안이 채택됐다. (사진=연합뉴스) |다음 회의는 없다."},
    {"ko", "결의안이 채택됐다.(사진: 한별. 2일.) |다음은 없다."},
    {"ko", "그는 (정말로! 아무도 몰랐다.) 떠났다. |비가 왔다."},
    {"en", "It passed. (Photo by Lee.) |The next day it rained."},
    {"en", "Kim (of course! Who else?) left. |Nobody cried."},
    {"en", "Three things. |(1) It rained. |(2) It snowed."},
    // Titles, ranks, abbreviations.
    {"en", "Gen. Kim met Lt. Gen. Park. |They spoke."},
    {"en", "Maj. Lee and Col. Choi saw Sgt. 1st Class Han. |All left."},
    {"en", "Sen. Smith and Rep. Jones met Mr. Kim and Dr. Lee. |All left."},
    {"en", "Lt. Gen. (Ret.) Park spoke. |GEN. KIM DID NOT. |MS. LEE DID."},
    {"en", "The U.S. Navy came. |He left the U.S. |The navy stayed."},
    {"en", "The U.N. Security Council met at 5 p.m. Monday. |It rained."},
    {"en", "It began at 9 a.m. and ended at 5 p.m. |They went home."},
    {"en", "It is 5 p.m. in Seoul. |George W. Bush and J. K. Kim met."},
    {"en", "Harbour Co. Ltd. said no. |Quay Inc. |That was new."},
    {"en", "See No. 5 and Fig. 3 on p. 7. |He said no. |All wept."},
    {"en", "On Jan. 3 and in Feb. it rained, e.g. in St. Ives. |It ended."},
    {"ko", "미 해군 Lt. Gen. 박 씨가 왔다. |U.S. 해군도 왔다."},
    {"ko", "U.S.의 입장은 같다. |한.미 양국이 만났다."},
    {"es", "El Sr. Kim y la Sra. Lee hablaron. |Todos salieron."},
    {"de", "Am 27. April kam Dr. Kim. |Er blieb."},
    // Numbers.
    {"en", "It rose 3.5 percent to $1.50. |It fell 0.3 seconds later."},
    {"en", "It rained. |400 islanders waited. |12th Street is Apt. 4."},
    {"en", "He left at 5 p.m. 3 ships came, and No. 2 and Fig. 3."},
    {"ko", "3.5% 올라 1,500.25원이 됐다. |3.1운동을 기렸다."},
    {"ko", "1. 개요 |"},
    {"ko", "1. 개요를 본다. |2. 결론을 본다."},
    {"ko", "가. 첫째는 이렇다. |나. 둘째는 저렇다."},
    {"ko", "경기는 3-2. |한국이 이겼다."},
    // Ellipses.
    {"en", "Well... maybe not. |It was late... |The train had gone."},
    {"ko", "짙은 안개에 이틀째 결항… 주민 400명 발 묶여"},
    {"ko", "그런데... 배가 떴다. |끝."},
    // No full stop: only the end ends it.
    {"en", "Ferries run again\nHarbour opened"},
    {"ko", "첫째 줄이다\n둘째 줄이다"},
    {"en", "First paragraph\n\n|Second paragraph."},
    {"ko", "끝났다.\n|다음이다.\n"},
    // Latin after Korean, and without a space.
    {"ko", "새 배를 샀다. |iPhone으로 찍었다."},
    {"ko", "배가 떴다.|그러나 돌아왔다."},
    {"ko", "www.example.com을 보라. |harbour@example.com도 있다."},
    // A quote that is never closed; one that is an apostrophe.
    {"en", "\"It was late,\" he said. |\"I left. |\"So did she,\" he said."},
    {"en", "It rained. |’Twas cold. |»So« they say."},
    // A name, and not an article.
    {"en", "J. A. Kim and A. Lee met. |A day later they left."},
    // Nothing is left for a sentence.
    {"ko", "그는 “없다.” 고 말했다. ."},
    // Others.
    {"ja", "船が出た。|「霧だ。」と言った。|待った。"},
    {"zh", "船开了。|雾散了！|走吧。"},
    {"", "One. |Two."},
};

std::string Cut(absl::string_view text, absl::string_view language) {
  std::string cut;
  size_t start = 0;
  for (const size_t end : SentenceEnds(text, language)) {
    if (start > 0) cut.push_back('|');
    absl::StrAppend(&cut, text.substr(start, end - start));
    start = end;
  }
  return cut;
}

TEST(SegmenterTest, HardCasesAreCutAsAReaderWould) {
  for (const HardCase& hard : kHardCases) {
    std::string expected(hard.text);
    // At the end it is no cut, but shows that there is none before it.
    if (!expected.empty() && expected.back() == '|') expected.pop_back();
    const std::string text = absl::StrReplaceAll(expected, {{"|", ""}});
    EXPECT_EQ(Cut(text, hard.language), expected);
  }
}

TEST(SegmenterTest, NothingHasNoSentences) {
  EXPECT_TRUE(SentenceEnds("", "ko").empty());
  EXPECT_EQ(SentenceEnds(" ", "ko"), std::vector<size_t>{1});
}

// Were a run looked at from each of its places, this would take minutes.
TEST(SegmenterTest, LongRunsAreLookedAtOnce) {
  for (const char* piece : {"\n", ". ", ".\n", "가. ", "1. ", "다.\" ", ". (",
                            "... ", "( ", "U.S. "}) {
    std::string text = "A";
    for (int i = 0; i < 20'000; ++i) text += piece;
    EXPECT_EQ(SentenceEnds(text, "ko").back(), text.size()) << piece;
  }
}

}  // namespace
}  // namespace courant

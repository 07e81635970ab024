#include "services/importers/markup/markup_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/importers/unicode_text.h"
#include "tests/testing/status_matchers.h"

namespace courant::importers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The words with marks as (TYPE words), e.g. "a (STRONG b) c".
std::string Shown(const v1::RichText& text) {
  std::vector<std::string> marks;
  for (const v1::Mark& mark : text.marks()) {
    const absl::string_view words = text.text();
    const absl::string_view from =
        words.substr(FirstCodePoints(words, mark.start()).size());
    marks.push_back(
        absl::StrCat(v1::Mark::Type_Name(mark.type()), "[",
                     FirstCodePoints(from, mark.end() - mark.start()), "]",
                     mark.href(), mark.language()));
  }
  return absl::StrCat(text.text(), marks.empty() ? "" : " | ",
                      absl::StrJoin(marks, " "));
}

template <typename Texts>
std::string ShownAll(const Texts& texts) {
  return absl::StrJoin(texts, " / ",
                       [](std::string* out, const v1::RichText& text) {
                         out->append(Shown(text));
                       });
}

std::string Shown(const v1::Block& block) {
  switch (block.content_case()) {
    case v1::Block::kParagraph:
      return Shown(block.paragraph().text());
    case v1::Block::kHeading:
      return absl::StrCat("h", block.heading().level(), ": ",
                          Shown(block.heading().text()));
    case v1::Block::kList:
      return absl::StrCat(block.list().ordered() ? "ol: " : "ul: ",
                          ShownAll(block.list().items()));
    case v1::Block::kQuote:
      return absl::StrCat("quote: ", ShownAll(block.quote().paragraphs()),
                          " -- ", block.quote().attribution(), " ",
                          block.quote().cite());
    case v1::Block::kMedia:
      return absl::StrCat("media ", block.media().media_id());
    case v1::Block::kTable: {
      std::string shown =
          absl::StrCat("table", block.table().header() ? " with header" : "",
                       ": ", block.table().caption().text());
      for (const v1::Table::Row& row : block.table().rows()) {
        absl::StrAppend(&shown, " | ", ShownAll(row.cells()));
      }
      return shown;
    }
    case v1::Block::kPreformatted:
      return absl::StrCat("pre: ", block.preformatted().text());
    case v1::Block::kEmbed:
      return absl::StrCat("embed ", block.embed().url(), " ",
                          block.embed().fallback().value());
    default:
      return "nothing";
  }
}

MarkupBody Made(absl::string_view markup,
                MarkupKind kind = MarkupKind::kXhtml) {
  auto body = BlocksOfMarkup(kind, markup, "en");
  EXPECT_THAT(body.status(), IsOk()) << markup;
  return body.ok() ? *std::move(body) : MarkupBody();
}

// The same from XHTML and, for good XHTML, from HTML.
std::vector<std::string> Blocks(absl::string_view markup) {
  std::vector<std::string> shown;
  std::vector<std::string> from_html;
  const MarkupBody body = Made(markup);
  EXPECT_FALSE(body.read_as_html) << markup;
  for (const v1::Block& block : body.blocks) shown.push_back(Shown(block));
  for (const v1::Block& block : Made(markup, MarkupKind::kHtml).blocks) {
    from_html.push_back(Shown(block));
  }
  EXPECT_EQ(shown, from_html) << markup;
  return shown;
}

TEST(MarkupBlocksTest, ParagraphsHaveTheirWords) {
  EXPECT_THAT(Blocks("<p>One  two\n three.</p> <p>부두가 다시 열렸다.</p>"),
              ElementsAre("One two three.", "부두가 다시 열렸다."));
  EXPECT_THAT(Blocks("words alone"), ElementsAre("words alone"));
  EXPECT_THAT(Blocks("<div>in a div<p>in a paragraph</p>behind</div>"),
              ElementsAre("in a div", "in a paragraph", "behind"));
  EXPECT_THAT(Blocks("<p>one<br/>two<br /> three</p><p> </p><p>&#160;</p>"),
              ElementsAre("one\ntwo\nthree"));
  EXPECT_THAT(Blocks("<p>a &amp; b &lt; c &#xac00;</p>"),
              ElementsAre("a & b < c 가"));
  EXPECT_THAT(Blocks(""), IsEmpty());
}

TEST(MarkupBlocksTest, MarksKeepTheirPlaces) {
  EXPECT_THAT(
      Blocks("<p>A <b>bold <i>word</i></b>, 값 <em>둘</em>.</p>"),
      ElementsAre("A bold word, 값 둘. | EMPHASIS[word] STRONG[bold word] "
                  "EMPHASIS[둘]"));
  EXPECT_THAT(
      Blocks("<p><a href=\"https://a.example/b?c=d\"> the link </a> x</p>"),
      ElementsAre("the link x | LINK[the link]https://a.example/b?c=d"));
  EXPECT_THAT(Blocks("<p>H<sub>2</sub>O m<sup>3</sup> <code>x</code> "
                     "<s>old</s> <u>new</u></p>"),
              ElementsAre("H2O m3 x old new | SUBSCRIPT[2] SUPERSCRIPT[3] "
                          "CODE[x] STRIKE[old] UNDERLINE[new]"));
  EXPECT_THAT(Blocks("<p>the word <span lang=\"ko\">붕괴</span>, "
                     "<span lang=\"en\">collapse</span></p>"),
              ElementsAre("the word 붕괴, collapse | LANGUAGE[붕괴]ko"));
  EXPECT_THAT(Blocks("<p>empty <b> </b>marks</p>"), ElementsAre("empty marks"));
}

TEST(MarkupBlocksTest, AMarkThatGoesOnIsInBothParagraphs) {
  // XHTML alone: an HTML parser moves such things about.
  std::vector<std::string> shown;
  for (const v1::Block& block : Made("<b>a<p>b</p>c</b>").blocks) {
    shown.push_back(Shown(block));
  }
  EXPECT_THAT(shown,
              ElementsAre("a | STRONG[a]", "b | STRONG[b]", "c | STRONG[c]"));
}

TEST(MarkupBlocksTest, EveryKindOfBlock) {
  EXPECT_THAT(Blocks("<h1>One</h1><h2>Two</h2><h6>Six <i>x</i></h6>"),
              ElementsAre("h2: One", "h2: Two", "h6: Six x | EMPHASIS[x]"));
  EXPECT_THAT(Blocks("<ul><li>a</li><li>b <b>c</b></li></ul>"
                     "<ol><li>1</li></ol>"),
              ElementsAre("ul: a / b c | STRONG[c]", "ol: 1"));
  EXPECT_THAT(
      Blocks("<blockquote cite=\"https://a.example/\"><p>One.</p><p>Two.</p>"
             "<footer>The minister</footer></blockquote>"),
      ElementsAre("quote: One. / Two. -- The minister https://a.example/"));
  EXPECT_THAT(
      Blocks("<table><caption>Results</caption><tr><th>Club</th><th>Goals</th>"
             "</tr><tr><td>Hanbyeol</td><td></td></tr><tr><td>Quay</td>"
             "<td>2</td></tr></table>"),
      ElementsAre("table with header: Results | Club / Goals | Hanbyeol /  | "
                  "Quay / 2"));
  EXPECT_THAT(Blocks("<pre>\n a\n  b  c\n</pre>"),
              ElementsAre("pre:  a\n  b  c"));
  EXPECT_THAT(Blocks("<iframe src=\"https://v.example/1\">see there</iframe>"),
              ElementsAre("embed https://v.example/1 see there"));
}

TEST(MarkupBlocksTest, WhatIsInsideIsFlattened) {
  EXPECT_THAT(Blocks("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p>"
                     "</li></ul>"),
              ElementsAre("ul: a / b / c\nd"));
  EXPECT_THAT(Blocks("<table><tr><td><p>a</p><p>b</p></td></tr></table>"),
              ElementsAre("table:  | a\nb"));
}

TEST(MarkupBlocksTest, PicturesStandWhereTheyStood) {
  const MarkupBody body = Made(
      "<p>one</p><figure><img src=\"https://a.example/1.jpg\" alt=\"the "
      "quay\"/><figcaption>The <b>quay</b>.</figcaption></figure><p>two "
      "<img src=\"2.jpg\"/></p><p>three</p>");
  std::vector<std::string> shown;
  for (const v1::Block& block : body.blocks) shown.push_back(Shown(block));
  EXPECT_THAT(shown, ElementsAre("one", "media 0", "two", "media 1", "three"));
  ASSERT_EQ(body.images.size(), 2u);
  EXPECT_EQ(body.images[0].url, "https://a.example/1.jpg");
  EXPECT_EQ(body.images[0].alt, "the quay");
  EXPECT_EQ(body.images[0].caption, "The quay.");
  EXPECT_EQ(body.images[1].url, "2.jpg");
}

TEST(MarkupBlocksTest, WhatIsDroppedIsTold) {
  const MarkupBody body = Made(
      "<p class=\"lead\" style=\"x\">a<script>b</script><font>c</font>"
      "<a href=\"javascript:d\">d</a></p><hr/><p class=\"x\">e</p>");
  EXPECT_THAT(body.dropped, ElementsAre("class=", "style=", "<script>",
                                        "<font>", "href=javascript:d", "<hr>"));
  EXPECT_EQ(WordsOfBlocks(body.blocks), "acd\ne");
}

TEST(MarkupBlocksTest, BrokenXhtmlIsReadAsHtml) {
  for (const char* broken : {"<p>One,</ br> two.</p>", "<p>One,&nbsp;two.",
                             "<p>One, <br>two.</p>"}) {
    const MarkupBody body = Made(broken);
    EXPECT_TRUE(body.read_as_html) << broken;
    EXPECT_THAT(WordsOfBlocks(body.blocks), HasSubstr("two.")) << broken;
  }
  EXPECT_EQ(WordsOfBlocks(Made("<p>부두 &mdash; 항구").blocks), "부두 — 항구");
}

TEST(MarkupBlocksTest, DocumentsAreReadToo) {
  EXPECT_THAT(
      Blocks("<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>t"
             "</title></head><body><p>a</p></body></html>"),
      ElementsAre("a"));
  const MarkupBody body = Made(
      "<?xml version=\"1.0\" encoding=\"euc-kr\"?>\n<!DOCTYPE html>\n"
      "<html><body><p>항구</p></body></html>");
  EXPECT_EQ(WordsOfBlocks(body.blocks), "항구");
}

TEST(MarkupBlocksTest, NoEntityOfItsOwnIsExpanded) {
  std::string bomb = "<!DOCTYPE p [<!ENTITY a \"aaaaaaaaaa\">";
  for (char c = 'b'; c <= 'z'; ++c) {
    const std::string before = absl::StrCat("&", std::string(1, c - 1), ";");
    absl::StrAppend(&bomb, "<!ENTITY ", std::string(1, c), " \"");
    for (int i = 0; i < 10; ++i) bomb += before;
    bomb += "\">";
  }
  bomb += "<!ENTITY f SYSTEM \"file:///etc/passwd\">]><p>x &z; &f; y</p>";
  const MarkupBody body = Made(bomb);
  const std::string words = WordsOfBlocks(body.blocks);
  EXPECT_THAT(words, HasSubstr("y"));
  EXPECT_EQ(words.find("aaaaaaaaaaa"), std::string::npos);
  EXPECT_EQ(words.find("root:"), std::string::npos);
  EXPECT_LT(words.size(), 2000u + bomb.size());
}

TEST(MarkupBlocksTest, EverythingHasALimit) {
  std::string deep;
  for (int i = 0; i < 200000; ++i) deep += "<div>";
  std::string blocks;
  for (int i = 0; i < 2001; ++i) blocks += "<p>x</p>";
  std::string items = "<ul>";
  for (int i = 0; i < 1001; ++i) items += "<li>x</li>";
  std::string marks = "<p>";
  for (int i = 0; i < 1001; ++i) marks += "<b>x</b> ";
  const struct {
    std::string markup;
    const char* what;
  } cases[] = {
      {deep, "nested deeper than 100"},
      {blocks, "more than 2,000 blocks"},
      {items + "</ul>", "more than 1,000 items"},
      {marks + "</p>", "more than 1,000 marks"},
      {absl::StrCat("<p>", std::string(300 << 10, 'x'), "</p>"), "256 KiB"},
      {absl::StrCat("<p>", std::string(3 << 20, 'x'), "</p>"), "2 MiB"},
  };
  for (const auto& c : cases) {
    for (const MarkupKind kind : {MarkupKind::kXhtml, MarkupKind::kHtml}) {
      EXPECT_THAT(BlocksOfMarkup(kind, c.markup, "en").status(),
                  StatusIs(absl::StatusCode::kOutOfRange, HasSubstr(c.what)));
    }
  }
}

TEST(MarkupBlocksTest, NoControlCharacterComesIn) {
  EXPECT_EQ(WordsOfBlocks(Made("<p>a&#7;b</p>", MarkupKind::kHtml).blocks),
            "ab");
  EXPECT_EQ(WordsOfBlocks(Made("<pre>a&#13;b</pre>").blocks), "a\nb");
  // Half of the world means the characters of Windows by these.
  EXPECT_EQ(WordsOfBlocks(Made("<p>&#147;the quay&#146;s&#148; &#128;2</p>",
                               MarkupKind::kHtml)
                              .blocks),
            "“the quay’s” €2");
  EXPECT_THAT(
      BlocksOfMarkup(MarkupKind::kHtml, "<p>a&#129;b</p>", "en").status(),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("U+0081")));
}

}  // namespace
}  // namespace courant::importers

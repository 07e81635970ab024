#include "tests/bench/samples.h"

#include <algorithm>

namespace courant::bench {

Measured Summarize(std::vector<absl::Duration> latencies, absl::Duration took) {
  if (latencies.empty()) return {};
  std::sort(latencies.begin(), latencies.end());
  const size_t n = latencies.size();
  return {.per_second = static_cast<double>(n) / absl::ToDoubleSeconds(took),
          .p50 = latencies[n / 2],
          .p99 = latencies[n * 99 / 100]};
}

v1::CreateArticleRequest SampleRequest() {
  constexpr int kParagraphs = 8;
  constexpr size_t kParagraphBytes = 500;
  v1::CreateArticleRequest request;
  request.set_initial_state(v1::CreateArticleRequest::PUBLISHED);
  v1::Article& article = *request.mutable_article();
  article.set_language("fr");
  article.mutable_headline()->set_value(
      "Réunion décisive à l’école : les élèves espèrent être entendus");
  article.set_byline("Par Élodie Lefèvre");
  article.add_sections()->set_code("societe");
  article.add_subjects()->set_qcode("medtop:20000639");
  article.mutable_rights()->set_copyright_notice("© Le Courrier du Port");
  for (int i = 0; i < kParagraphs; ++i) {
    std::string& text = *article.add_body()
                             ->mutable_paragraph()
                             ->mutable_text()
                             ->mutable_text();
    while (text.size() < kParagraphBytes) {
      text +=
          "L’été dernier, le théâtre a été fermé après une année très "
          "difficile. ";
    }
  }
  return request;
}

}  // namespace courant::bench

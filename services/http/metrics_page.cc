#include "services/http/metrics_page.h"

#include "prometheus/text_serializer.h"

namespace courant {

OpsResponse RenderMetricsPage(const prometheus::Collectable& metrics) {
  OpsResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = prometheus::TextSerializer().Serialize(metrics.Collect());
  return response;
}

}  // namespace courant

#include "services/server/build_info.h"

#include "grpcpp/grpcpp.h"
#include "prometheus/gauge.h"
#include "rocksdb/version.h"
#include "services/server/version.h"

namespace courant {

void TellBuild(prometheus::Registry& registry) {
  prometheus::BuildGauge()
      .Name("courant_build_info")
      .Help("1; what runs is in the labels.")
      .Register(registry)
      .Add({{"version", kVersion},
            {"grpc", grpc::Version()},
            {"rocksdb", rocksdb::GetRocksVersionAsString()}})
      .Set(1);
}

}  // namespace courant

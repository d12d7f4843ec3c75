// The baseline of row 6 of design/goals.md: librdkafka alone, producing as many bytes as our records have to
// a topic of its own with acks=all, so many under way at once, each of them counted when the brokers have it.
//
//     raw_producer BROKERS TOPIC BYTES UNDER_WAY SECONDS
//
// Prints one line of JSON: messages acknowledged a second, CPU of this process a message, p50 and p99 of the
// time from produce to acknowledgement.
#include <librdkafka/rdkafka.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

struct Run {
  std::size_t under_way = 0;
  std::vector<std::int64_t> took_us;
};

void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    std::fprintf(stderr, "not delivered: %s\n", rd_kafka_err2str(message->err));
    std::exit(1);
  }
  auto& run = *static_cast<Run*>(opaque);
  --run.under_way;
  const auto now =
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch()).count();
  run.took_us.push_back(now - reinterpret_cast<std::int64_t>(message->_private));
}

void set(rd_kafka_conf_t* conf, const char* name, const char* value) {
  char why[256];
  if (rd_kafka_conf_set(conf, name, value, why, sizeof why) == RD_KAFKA_CONF_OK) return;
  std::fprintf(stderr, "%s\n", why);
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: raw_producer BROKERS TOPIC BYTES UNDER_WAY SECONDS\n");
    return 2;
  }
  Run run;
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", argv[1]);
  set(conf, "acks", "all");
  set(conf, "linger.ms", "0");
  set(conf, "socket.nagle.disable", "true");
  rd_kafka_conf_set_opaque(conf, &run);
  rd_kafka_conf_set_dr_msg_cb(conf, &delivered);
  char why[256];
  rd_kafka_t* const kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  if (kafka == nullptr) {
    std::fprintf(stderr, "%s\n", why);
    return 1;
  }
  rd_kafka_topic_t* const topic = rd_kafka_topic_new(kafka, argv[2], nullptr);
  const std::string bytes(std::strtoul(argv[3], nullptr, 10), 'p');
  const std::size_t most = std::strtoul(argv[4], nullptr, 10);
  const std::chrono::seconds length(std::strtol(argv[5], nullptr, 10));

  const auto produce = [&] {
    const auto now =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch()).count();
    const int refused = rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, const_cast<char*>(bytes.data()),
                                         bytes.size(), nullptr, 0, reinterpret_cast<void*>(now));
    if (refused == 0) ++run.under_way;
  };
  // The first one waits for the brokers and the topic.
  produce();
  while (run.under_way > 0)
    rd_kafka_poll(kafka, 100);
  run.took_us.clear();
  const double cpu_before = cpu_seconds();
  const auto begun = Clock::now();
  while (Clock::now() - begun < length) {
    while (run.under_way < most)
      produce();
    rd_kafka_poll(kafka, 10);
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  const auto count = static_cast<double>(run.took_us.size());
  const double cpu_us = (cpu_seconds() - cpu_before) * 1e6 / count;
  std::sort(run.took_us.begin(), run.took_us.end());
  std::printf("{\"per_second\": %.0f, \"cpu_us\": %.1f, \"p50_us\": %lld, \"p99_us\": %lld}\n",
              count / seconds, cpu_us, static_cast<long long>(run.took_us[run.took_us.size() / 2]),
              static_cast<long long>(run.took_us[run.took_us.size() * 99 / 100]));
  std::fflush(stdout);
  rd_kafka_flush(kafka, 10'000);
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(kafka);
  return 0;
}

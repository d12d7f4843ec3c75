#include "services/node/signals.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

namespace almanac::node {
namespace {

/// The signals of this thread as they were, also when a test fails.
class KeptMask {
 public:
  KeptMask() { ::pthread_sigmask(SIG_SETMASK, nullptr, &kept_); }
  ~KeptMask() { ::pthread_sigmask(SIG_SETMASK, &kept_, nullptr); }

 private:
  sigset_t kept_{};
};

TEST(Signals, tell_that_a_stop_waits_before_anyone_waits_for_it) {
  const KeptMask kept;
  Signals signals;
  EXPECT_FALSE(signals.stop_waits());
  ::raise(SIGHUP);
  EXPECT_FALSE(signals.stop_waits()) << "a reload is no stop";
  ::raise(SIGINT);
  EXPECT_TRUE(signals.stop_waits());
  EXPECT_EQ(signals.wait(), Signals::What::reload);
  EXPECT_TRUE(signals.stop_waits()) << "looking takes nothing away";
  EXPECT_EQ(signals.wait(), Signals::What::stop);
  EXPECT_FALSE(signals.stop_waits());
}

TEST(Signals, a_thread_can_ask_for_the_stop) {
  const KeptMask kept;
  Signals signals;
  signals.ask_to_stop();
  EXPECT_EQ(signals.wait(), Signals::What::stop);
}

}  // namespace
}  // namespace almanac::node

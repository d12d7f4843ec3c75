#include "services/node/signals.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace almanac::node {
namespace {

sigset_t waited_for() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&set, signal);
  return set;
}

/// Everything that was acknowledged is durable already, so nothing has to be put away.
void end_at_once(int signal) {
  ::_exit(128 + signal);
}

}  // namespace

Signals::Signals() {
  const sigset_t set = waited_for();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

Signals::What Signals::wait() const {
  const sigset_t set = waited_for();
  int signal = 0;
  while (::sigwait(&set, &signal) != 0) {
  }
  return signal == SIGHUP ? What::reload : What::stop;
}

bool Signals::stop_waits() const {
  sigset_t waiting;
  sigemptyset(&waiting);
  ::sigpending(&waiting);
  return sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1;
}

void Signals::ask_to_stop() {
  ::kill(::getpid(), SIGTERM);
}

void Signals::end_at_once_from_now_on() const {
  struct sigaction action {};
  action.sa_handler = &end_at_once;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace almanac::node

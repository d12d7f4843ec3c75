#pragma once
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "services/api/transport/http.hpp"
#include "services/api/transport/transport_settings.hpp"

namespace almanac::api {

using SteadyTime = std::chrono::steady_clock::time_point;
// One concrete executor everywhere: the type-erased one costs about 2 us a request (goals.md).
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;

/// Something that lives on an I/O thread and is looked at by its sweep. All calls come on that thread.
class Swept {
 public:
  virtual ~Swept() = default;
  virtual void sweep(SteadyTime now) = 0;
  /// The server stops: close at once if nothing was asked, else after the answer.
  virtual void stopping() = 0;
  /// Close now.
  virtual void abandon() = 0;

 private:
  friend class IoThread;
  std::shared_ptr<Swept> kept_;  // itself while it is in the list
  Swept* next_ = nullptr;
  Swept* previous_ = nullptr;
};

/// Something on an I/O thread that others wake.
class Woken {
 public:
  virtual ~Woken() = default;
  virtual void woken() = 0;
};

/// What all I/O threads share. The handler outlives the listener.
struct TransportShared {
  TransportSettings settings;
  Handler* handler = nullptr;
  TransportFigures figures;
  std::mutex mutex;
  std::condition_variable drained;  // no connection is open any more
};

/// An io_context with the thread that runs it, what lives there, and one coarse timer for all of their
/// timeouts. Kept alive by its connections, and they by replies that are still to come: a reply that comes
/// after the stop finds a closed door here instead of a dead io_context.
class IoThread : public std::enable_shared_from_this<IoThread> {
 public:
  IoThread(unsigned index, std::shared_ptr<TransportShared> shared);

  void start();
  /// Asks everything that lives here to finish. From any thread.
  void begin_stop();
  /// Closes what is left, runs out of work, joins. From outside.
  void finish_stop();

  /// From any thread; dropped once the thread has stopped.
  template <class Function>
  void post(Function&& function) {
    const std::lock_guard lock(door_);
    if (!closed_) boost::asio::post(context_, std::forward<Function>(function));
  }

  /// Has `one->woken()` called on this thread, dropped once it has stopped. A commit wakes every stream at
  /// once: they are taken a few at a time, and requests that came meanwhile get their turn in between. From
  /// any thread.
  void wake(std::shared_ptr<Woken> one);

  // From here on: on this thread alone.
  boost::asio::io_context& context() { return context_; }
  bool runs_here() const { return std::this_thread::get_id() == id_; }
  void add(std::shared_ptr<Swept> swept);
  void remove(Swept& swept);
  bool is_stopping() const { return stopping_; }
  /// Reads the clock once for a batch of work.
  SteadyTime tick();
  SteadyTime now() const { return now_; }
  /// The Date header's line, at most a second old as of the last tick.
  const std::string& date();
  std::uint64_t next_request_id();
  /// Answers are put together here and written once; empty between two pieces of work.
  std::string& out() { return out_; }
  TransportShared& shared() { return *shared_; }
  const TransportSettings& settings() const { return shared_->settings; }
  unsigned index() const { return index_; }

 private:
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  void run();
  void arm_sweep();
  void wake_some();
  template <class Function>
  void for_each(Function function);

  const unsigned index_;
  const std::shared_ptr<TransportShared> shared_;
  boost::asio::io_context context_{1};
  Timer timer_{context_};
  std::thread thread_;
  std::thread::id id_;
  std::mutex door_;
  bool closed_ = false;
  std::deque<std::shared_ptr<Woken>> woken_;  // behind the door too; not empty: wake_some is posted
  Swept* first_ = nullptr;
  bool stopping_ = false;
  bool finishing_ = false;
  SteadyTime now_{};
  SteadyTime date_until_{};
  std::string date_;
  std::uint64_t request_seed_;
  std::string out_;
};

}  // namespace almanac::api

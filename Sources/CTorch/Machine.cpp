#include "CTorchInternal.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <signal.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <torch/headeronly/version.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <system_error>
#include <thread>

using ctorch::guarded;

namespace {
// The CUDA kernels register themselves when their library is loaded, and nothing here refers to it by name.
bool loadCUDA() {
  static const bool loaded = dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr;
  return loaded;
}
}  // namespace

bool ct_manual_seed(uint64_t seed) {
  return guarded(false, [&] {
    at::manual_seed(seed);
    return true;
  });
}

CTGenerator ct_generator_create(uint64_t seed) {
  return guarded(CTGenerator(nullptr), [&] {
    return reinterpret_cast<CTGenerator>(new at::Generator(at::detail::createCPUGenerator(seed)));
  });
}
void ct_generator_release(CTGenerator generator) { delete reinterpret_cast<at::Generator *>(generator); }

CTTensor ct_generator_state(CTGenerator generator) {
  return guarded(CTTensor(nullptr), [&] {
    return ctorch::retain(reinterpret_cast<at::Generator *>(generator)->get_state());
  });
}

bool ct_generator_set_state(CTGenerator generator, CTTensor state) {
  return guarded(false, [&] {
    reinterpret_cast<at::Generator *>(generator)->set_state(ctorch::borrow(state));
    return true;
  });
}

bool ct_set_threads(int32_t count) {
  return guarded(false, [&] {
    at::set_num_threads(count);
    return true;
  });
}
int32_t ct_threads(void) {
  return guarded<int32_t>(1, [] { return at::get_num_threads(); });
}

int32_t ct_cuda_count(void) {
  return guarded<int32_t>(0, [] {
    return loadCUDA() && at::hasCUDA() ? static_cast<int32_t>(at::getNumGPUs()) : 0;
  });
}

void ct_keep_freed_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
#endif
}

void ct_release_freed_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

namespace {
std::atomic<void *> reserve{nullptr};
}  // namespace

void ct_set_reserve_aside(void) {
  if (reserve.load(std::memory_order_relaxed)) return;
  void *fresh = std::malloc(4 << 20);
  void *none = nullptr;
  if (!reserve.compare_exchange_strong(none, fresh)) std::free(fresh);
}

void ct_use_reserve(void) { std::free(reserve.exchange(nullptr)); }

namespace {
const char *lastLine = nullptr;
struct sigaction abortedBefore;
std::terminate_handler terminatedBefore = nullptr;

[[noreturn]] void endPlainly() {
  if (write(STDERR_FILENO, lastLine, std::strlen(lastLine)) < 0) _exit(1);
  _exit(1);
}

// Swift aborts where it cannot allocate, and malloc has left its reason.
void aborted(int number) {
  if (errno == ENOMEM) endPlainly();
  sigaction(number, &abortedBefore, nullptr);
  raise(number);
}

// An exception in a thread of libtorch itself, or where there is no memory to throw it.
void terminated() {
  try {
    if (std::current_exception()) throw;
  } catch (const std::bad_alloc &) {
    endPlainly();
  } catch (const std::system_error &error) {
    if (error.code() == std::errc::resource_unavailable_try_again) endPlainly();
  } catch (...) {
  }
  terminatedBefore();
  std::abort();
}
}  // namespace

void ct_end_plainly_without_memory(const char *line) {
  lastLine = line;
  terminatedBefore = std::set_terminate(terminated);
  struct sigaction action {};
  action.sa_handler = aborted;
  sigaction(SIGABRT, &action, &abortedBefore);
}

void ct_share_cores(void) {
  using Parallel = void (*)(void (*)(void *), void *, unsigned, unsigned);
  const auto parallel = reinterpret_cast<Parallel>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  if (!parallel) return;
  // Where no thread can be had, the cores are not shared: that costs time and nothing else.
  guarded(false, [&] {
    std::thread([parallel] {
      parallel([](void *) {}, nullptr, 2, 0);
      for (;;) pause();
    }).detach();
    return true;
  });
}

const char *ct_version(void) { return TORCH_VERSION; }
const char *ct_cpu_capability(void) {
  return guarded<const char *>("", [] {
    static const std::string capability = at::get_cpu_capability();
    return capability.c_str();
  });
}

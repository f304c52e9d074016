#include "CTorchInternal.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <torch/headeronly/version.h>
#include <unistd.h>

#include <thread>

namespace {
// The CUDA kernels register themselves when their library is loaded, and nothing here refers to it by name.
bool loadCUDA() {
  static const bool loaded = dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr;
  return loaded;
}
}  // namespace

void ct_manual_seed(uint64_t seed) { at::manual_seed(seed); }

CTGenerator ct_generator_create(uint64_t seed) {
  return reinterpret_cast<CTGenerator>(new at::Generator(at::detail::createCPUGenerator(seed)));
}
void ct_generator_release(CTGenerator generator) { delete reinterpret_cast<at::Generator *>(generator); }

void ct_set_threads(int32_t count) { at::set_num_threads(count); }
int32_t ct_threads(void) { return at::get_num_threads(); }

bool ct_has_cuda(void) { return ct_cuda_count() > 0; }
int32_t ct_cuda_count(void) {
  if (!loadCUDA()) return 0;
  try {
    return at::hasCUDA() ? static_cast<int32_t>(at::getNumGPUs()) : 0;
  } catch (...) {
    ctorch::rememberException();
    return 0;
  }
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

void ct_share_cores(void) {
  using Parallel = void (*)(void (*)(void *), void *, unsigned, unsigned);
  const auto parallel = reinterpret_cast<Parallel>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  if (!parallel) return;
  std::thread([parallel] {
    parallel([](void *) {}, nullptr, 2, 0);
    for (;;) pause();
  }).detach();
}

const char *ct_version(void) { return TORCH_VERSION; }
const char *ct_cpu_capability(void) {
  static const std::string capability = at::get_cpu_capability();
  return capability.c_str();
}

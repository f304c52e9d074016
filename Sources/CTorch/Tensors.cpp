#include "CTorchInternal.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>

#include <atomic>
#include <cstring>

using ctorch::borrow;
using ctorch::guarded;

namespace {
std::atomic<int64_t> liveTensors{0};
c10::TensorImpl *impl(CTTensor handle) { return reinterpret_cast<c10::TensorImpl *>(handle); }
}  // namespace

namespace ctorch {
CTTensor retain(at::Tensor tensor) {
  liveTensors.fetch_add(1, std::memory_order_relaxed);
  return reinterpret_cast<CTTensor>(tensor.unsafeReleaseTensorImpl());
}
at::Tensor borrow(CTTensor handle) {
  return at::Tensor(
      c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::unsafe_reclaim_from_nonowning(impl(handle)));
}
at::Tensor withoutData(c10::IntArrayRef sizes, const at::TensorOptions &options) {
  return at::zeros({}, options).expand(sizes);
}
}  // namespace ctorch

CTTensor ct_tensor_copy(const void *bytes, const int64_t *sizes, size_t dim, int8_t dtype) {
  return guarded(CTTensor(nullptr), [&] {
    auto tensor = at::empty(
        c10::IntArrayRef(sizes, dim), at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype)));
    if (tensor.nbytes() > 0) std::memcpy(tensor.mutable_data_ptr(), bytes, tensor.nbytes());
    return ctorch::retain(std::move(tensor));
  });
}

CTTensor ct_tensor_borrow(
    const void *bytes, const int64_t *sizes, const int64_t *strides, size_t dim, int8_t dtype, void *owner,
    void (*release)(void *owner)) {
  return guarded(CTTensor(nullptr), [&] {
    auto tensor = at::for_blob(const_cast<void *>(bytes), c10::IntArrayRef(sizes, dim))
                      .strides(c10::IntArrayRef(strides, dim))
                      .context(owner, release)
                      .options(at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype)))
                      .make_tensor();
    return ctorch::retain(std::move(tensor));
  });
}

CTTensor ct_tensor_without_data(const int64_t *sizes, size_t dim, int8_t dtype) {
  return guarded(CTTensor(nullptr), [&] {
    return ctorch::retain(ctorch::withoutData(
        c10::IntArrayRef(sizes, dim), at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype))));
  });
}

void ct_tensor_release(CTTensor tensor) {
  liveTensors.fetch_sub(1, std::memory_order_relaxed);
  c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(impl(tensor));
}

int64_t ct_live_tensor_count(void) { return liveTensors.load(std::memory_order_relaxed); }

int32_t ct_tensor_dim(CTTensor tensor) {
  return guarded<int32_t>(0, [&] { return static_cast<int32_t>(impl(tensor)->dim()); });
}
int64_t ct_tensor_count(CTTensor tensor) {
  return guarded<int64_t>(0, [&] { return impl(tensor)->numel(); });
}
bool ct_tensor_sizes(CTTensor tensor, int64_t *sizes) {
  return guarded(false, [&] {
    const auto values = impl(tensor)->sizes();
    std::copy(values.begin(), values.end(), sizes);
    return true;
  });
}
bool ct_tensor_strides(CTTensor tensor, int64_t *strides) {
  return guarded(false, [&] {
    const auto values = impl(tensor)->strides();
    std::copy(values.begin(), values.end(), strides);
    return true;
  });
}
int8_t ct_tensor_dtype(CTTensor tensor) {
  return guarded<int8_t>(-1, [&] { return static_cast<int8_t>(c10::typeMetaToScalarType(impl(tensor)->dtype())); });
}
void ct_tensor_device(CTTensor tensor, int8_t *type, int8_t *index) {
  const auto device = guarded(c10::Device(c10::kCPU), [&] { return impl(tensor)->device(); });
  *type = static_cast<int8_t>(device.type());
  *index = device.index();
}
void *ct_tensor_data(CTTensor tensor) {
  return guarded<void *>(
      nullptr, [&] { return impl(tensor)->numel() == 0 ? nullptr : borrow(tensor).data_ptr(); });
}
int64_t ct_tensor_storage_bytes(CTTensor tensor) {
  return guarded<int64_t>(0, [&] {
    return impl(tensor)->has_storage() ? static_cast<int64_t>(impl(tensor)->storage().nbytes()) : 0;
  });
}
bool ct_tensor_is_contiguous(CTTensor tensor, bool channelsLast) {
  return guarded(false, [&] {
    return bool(impl(tensor)->is_contiguous(
        channelsLast ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous));
  });
}

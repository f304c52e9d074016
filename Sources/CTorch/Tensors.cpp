#include "CTorchInternal.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <atomic>
#include <cstring>

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
}  // namespace ctorch

CTTensor ct_tensor_copy(const void *bytes, const int64_t *sizes, size_t dim, int8_t dtype) {
  try {
    auto tensor = at::empty(
        c10::IntArrayRef(sizes, dim), at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype)));
    if (tensor.nbytes() > 0) std::memcpy(tensor.mutable_data_ptr(), bytes, tensor.nbytes());
    return ctorch::retain(std::move(tensor));
  } catch (...) {
    ctorch::rememberException();
    return nullptr;
  }
}

CTTensor ct_tensor_borrow(
    const void *bytes, const int64_t *sizes, const int64_t *strides, size_t dim, int8_t dtype, void *owner,
    void (*release)(void *owner)) {
  try {
    auto tensor = at::for_blob(const_cast<void *>(bytes), c10::IntArrayRef(sizes, dim))
                      .strides(c10::IntArrayRef(strides, dim))
                      .context(owner, release)
                      .options(at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype)))
                      .make_tensor();
    return ctorch::retain(std::move(tensor));
  } catch (...) {
    ctorch::rememberException();
    return nullptr;
  }
}

void ct_tensor_release(CTTensor tensor) {
  liveTensors.fetch_sub(1, std::memory_order_relaxed);
  c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(impl(tensor));
}

int64_t ct_live_tensor_count(void) { return liveTensors.load(std::memory_order_relaxed); }

int32_t ct_tensor_dim(CTTensor tensor) { return static_cast<int32_t>(impl(tensor)->dim()); }
int64_t ct_tensor_count(CTTensor tensor) { return impl(tensor)->numel(); }
void ct_tensor_sizes(CTTensor tensor, int64_t *sizes) {
  const auto values = impl(tensor)->sizes();
  std::copy(values.begin(), values.end(), sizes);
}
void ct_tensor_strides(CTTensor tensor, int64_t *strides) {
  const auto values = impl(tensor)->strides();
  std::copy(values.begin(), values.end(), strides);
}
int8_t ct_tensor_dtype(CTTensor tensor) {
  return static_cast<int8_t>(c10::typeMetaToScalarType(impl(tensor)->dtype()));
}
void ct_tensor_device(CTTensor tensor, int8_t *type, int8_t *index) {
  const auto device = impl(tensor)->device();
  *type = static_cast<int8_t>(device.type());
  *index = device.index();
}
void *ct_tensor_data(CTTensor tensor) {
  return impl(tensor)->numel() == 0 ? nullptr : ctorch::borrow(tensor).data_ptr();
}
int64_t ct_tensor_storage_bytes(CTTensor tensor) {
  return impl(tensor)->has_storage() ? static_cast<int64_t>(impl(tensor)->storage().nbytes()) : 0;
}
bool ct_tensor_is_contiguous(CTTensor tensor, bool channelsLast) {
  return impl(tensor)->is_contiguous(channelsLast ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

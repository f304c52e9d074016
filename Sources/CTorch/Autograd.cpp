#include "CTorchInternal.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

using ctorch::borrow;
using ctorch::guarded;

bool ct_tensor_requires_grad(CTTensor tensor) {
  return guarded(false, [&] { return borrow(tensor).requires_grad(); });
}

bool ct_tensor_set_requires_grad(CTTensor tensor, bool required) {
  return guarded(false, [&] {
    borrow(tensor).set_requires_grad(required);
    return true;
  });
}

bool ct_grad(
    CTTensor output, const CTTensor *inputs, size_t count, bool retainGraph, bool createGraph, CTTensor *gradients) {
  return guarded(false, [&] {
    std::vector<at::Tensor> variables;
    variables.reserve(count);
    for (size_t i = 0; i < count; ++i) variables.push_back(borrow(inputs[i]));
    auto results =
        torch::autograd::grad({borrow(output)}, variables, {}, retainGraph, createGraph, /*allow_unused=*/true);
    for (size_t i = 0; i < count; ++i)
      gradients[i] = results[i].defined() ? ctorch::retain(std::move(results[i])) : nullptr;
    return true;
  });
}

bool ct_set_grad_enabled(bool enabled) {
  return guarded(enabled, [&] {
    const bool before = c10::GradMode::is_enabled();
    c10::GradMode::set_enabled(enabled);
    return before;
  });
}

void *ct_inference_mode_enter(void) {
  return guarded<void *>(nullptr, [] { return new c10::InferenceMode(true); });
}
void ct_inference_mode_leave(void *guard) { delete static_cast<c10::InferenceMode *>(guard); }

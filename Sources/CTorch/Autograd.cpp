#include "CTorchInternal.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

bool ct_tensor_requires_grad(CTTensor tensor) { return ctorch::borrow(tensor).requires_grad(); }

bool ct_tensor_set_requires_grad(CTTensor tensor, bool required) {
  try {
    ctorch::borrow(tensor).set_requires_grad(required);
    return true;
  } catch (...) {
    ctorch::rememberException();
    return false;
  }
}

CTTensor ct_tensor_grad(CTTensor tensor) {
  at::Tensor grad = ctorch::borrow(tensor).grad();
  return grad.defined() ? ctorch::retain(std::move(grad)) : nullptr;
}

void ct_tensor_set_grad(CTTensor tensor, CTTensor grad) {
  ctorch::borrow(tensor).mutable_grad() = grad ? ctorch::borrow(grad) : at::Tensor();
}

bool ct_backward(CTTensor root, CTTensor gradient, bool retainGraph) {
  try {
    const at::Tensor seed = gradient ? ctorch::borrow(gradient) : at::Tensor();
    torch::autograd::backward({ctorch::borrow(root)}, {seed}, retainGraph);
    return true;
  } catch (...) {
    ctorch::rememberException();
    return false;
  }
}

bool ct_grad(
    CTTensor output, const CTTensor *inputs, size_t count, bool retainGraph, bool createGraph, CTTensor *gradients) {
  try {
    std::vector<at::Tensor> variables;
    variables.reserve(count);
    for (size_t i = 0; i < count; ++i) variables.push_back(ctorch::borrow(inputs[i]));
    auto results = torch::autograd::grad(
        {ctorch::borrow(output)}, variables, {}, retainGraph, createGraph, /*allow_unused=*/true);
    for (size_t i = 0; i < count; ++i)
      gradients[i] = results[i].defined() ? ctorch::retain(std::move(results[i])) : nullptr;
    return true;
  } catch (...) {
    ctorch::rememberException();
    return false;
  }
}

bool ct_set_grad_enabled(bool enabled) {
  const bool before = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(enabled);
  return before;
}

void *ct_inference_mode_enter(void) { return new c10::InferenceMode(true); }
void ct_inference_mode_leave(void *guard) { delete static_cast<c10::InferenceMode *>(guard); }

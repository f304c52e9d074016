#include "CTorchInternal.h"

#include <ATen/core/Generator.h>

CTTensor ct_generator_state(CTGenerator generator) {
  try {
    return ctorch::retain(reinterpret_cast<at::Generator *>(generator)->get_state());
  } catch (...) {
    ctorch::rememberException();
    return nullptr;
  }
}

bool ct_generator_set_state(CTGenerator generator, CTTensor state) {
  try {
    reinterpret_cast<at::Generator *>(generator)->set_state(ctorch::borrow(state));
    return true;
  } catch (...) {
    ctorch::rememberException();
    return false;
  }
}

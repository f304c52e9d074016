extension Operator {
  static let reshape = Operator("reshape", arguments: 2)
  static let permute = Operator("permute", arguments: 2)
  static let transpose = Operator("transpose", "int", arguments: 3)
  static let squeeze = Operator("squeeze", "dim", arguments: 2)
  static let unsqueeze = Operator("unsqueeze", arguments: 2)
  static let flatten = Operator("flatten", "using_ints", arguments: 3)
  static let expand = Operator("expand", arguments: 3)
  static let concatenate = Operator("cat", arguments: 2)
  static let stack = Operator("stack", arguments: 2)
  static let split = Operator("split_with_sizes", arguments: 3)
  static let narrow = Operator("narrow", arguments: 4)
  static let select = Operator("select", "int", arguments: 3)
  static let indexSelect = Operator("index_select", arguments: 3)
  static let gather = Operator("gather", arguments: 4)
  static let flip = Operator("flip", arguments: 2)
  static let unfold = Operator("unfold", arguments: 4)
  static let pad = Operator("pad", arguments: 4)
  static let detach = Operator("detach", arguments: 1)
  static let clone = Operator("clone", arguments: 2)
  static let contiguous = Operator("contiguous", arguments: 2)
  static let toDType = Operator("to", "dtype", arguments: 5)
  static let toDevice = Operator("to", "device", arguments: 6)
}

extension Tensor {
  /// The same elements in another shape; one entry may be -1.
  public func reshaped(_ shape: Int...) -> Tensor { Operator.reshape(self, shape) }
  /// As ``reshaped(_:)-(Int...)``.
  public func reshaped(_ shape: [Int]) -> Tensor { Operator.reshape(self, shape) }
  /// A view with the axes in another order.
  public func permuted(_ axes: Int...) -> Tensor { Operator.permute(self, axes) }
  /// A view with two axes exchanged.
  public func transposed(_ a: Int, _ b: Int) -> Tensor { Operator.transpose(self, a, b) }
  /// A view without an axis of size 1.
  public func squeezed(_ axis: Int) -> Tensor { Operator.squeeze(self, axis) }
  /// A view with a new axis of size 1 before `axis`.
  public func unsqueezed(_ axis: Int) -> Tensor { Operator.unsqueeze(self, axis) }
  /// The same elements with the axes from `start` through `end` made one.
  public func flattened(from start: Int = 0, through end: Int = -1) -> Tensor {
    Operator.flatten(self, start, end)
  }
  /// A view that repeats axes of size 1; -1 keeps the size of an axis.
  public func expanded(_ shape: Int...) -> Tensor { Operator.expand(self, shape) }
  /// As ``expanded(_:)-(Int...)``.
  public func expanded(_ shape: [Int]) -> Tensor { Operator.expand(self, shape) }

  /// Tensors one after the other along `axis`; their other sizes agree.
  public static func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    Operator.concatenate(tensors, axis)
  }
  /// Tensors of one shape along a new axis.
  public static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    Operator.stack(tensors, axis)
  }
  /// Views of consecutive parts of the given sizes.
  public func split(_ sizes: [Int], axis: Int = 0) -> [Tensor] {
    Operator.split.tensors(self, sizes, axis)
  }

  /// A view of `range` along `axis`.
  public func slice(_ axis: Int, _ range: Range<Int>) -> Tensor {
    Operator.narrow(self, axis, range.lowerBound, range.count)
  }
  /// A view of one element of the first axis.
  public subscript(_ index: Int) -> Tensor { Operator.select(self, 0, index) }
  /// A view of a range of the first axis.
  public subscript(_ range: Range<Int>) -> Tensor { slice(0, range) }
  /// A view of one element of `axis`, which goes.
  public func select(_ axis: Int, _ index: Int) -> Tensor { Operator.select(self, axis, index) }
  /// A copy of the elements at `indices` (`int64`) along `axis`.
  public func selecting(_ indices: Tensor, axis: Int = 0) -> Tensor {
    Operator.indexSelect(self, axis, indices)
  }
  /// A copy of the elements that `indices` (`int64`, of the result's shape) name along `axis`.
  public func gathering(_ indices: Tensor, axis: Int) -> Tensor {
    Operator.gather(self, axis, indices)
  }
  /// A view of the windows of `size` elements along `axis`, `step` apart; the elements of a window are a new last axis.
  public func unfolded(_ axis: Int, size: Int, step: Int = 1) -> Tensor {
    Operator.unfold(self, axis, size, step)
  }
  /// A copy with the order along `axes` reversed.
  public func flipped(_ axes: Int...) -> Tensor { Operator.flip(self, axes) }
  /// Pads the last axes; two entries an axis, last axis first.
  public func padded(_ amounts: [Int], mode: String = "constant") -> Tensor {
    Operator.pad(self, amounts, mode)
  }

  /// The same memory, cut from the graph of differentiation.
  public func detached() -> Tensor { Operator.detach(self) }
  /// A copy.
  public func cloned() -> Tensor { Operator.clone(self) }
  /// The tensor itself if it is laid out so already, else a copy that is.
  public func contiguous(_ format: MemoryFormat = .contiguous) -> Tensor {
    Operator.contiguous(self, format)
  }
  /// The tensor itself if it has the type already, else a copy.
  public func to(_ dtype: DType) -> Tensor {
    dtype == self.dtype ? self : Operator.toDType(self, dtype)
  }
  /// The tensor itself if it is there already, else a copy.
  ///
  /// - Throws: ``TorchError`` where the device is absent or its memory exhausted.
  public func to(_ device: Device) throws(TorchError) -> Tensor {
    device == self.device ? self : try Operator.toDevice.attempt(self, device, dtype)
  }
  /// As ``to(_:)-(Device)`` for where there is always room.
  package func moved(to device: Device) -> Tensor {
    device == self.device ? self : Operator.toDevice(self, device, dtype)
  }
}

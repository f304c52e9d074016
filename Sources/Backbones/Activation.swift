/// What follows a convolution of a backbone.
enum Activation: Sendable {
  case identity, relu, relu6
}

import Fixtures
import Testing
import Torch

/// PyTorch's optimizer and schedules are the oracle (`Scripts/fixtures/uflow.py`).
@Suite struct AdamTests {
  @Test(arguments: [("linear", LearningRateSchedule.linear, 12), ("oneCycle", .oneCycle, 20)])
  func trajectoriesArePyTorchs(_ name: String, schedule: LearningRateSchedule, total: Int) throws {
    let fixture = try Fixture.load("adam_schedules", beside: #filePath)
    let input = try #require(fixture["input"]).to(.float64)
    let target = try #require(fixture["target"]).to(.float64)
    let weight = try #require(fixture["weight"]).to(.float64).cloned()
    let bias = try #require(fixture["bias"]).to(.float64).cloned()
    let rates = try #require(fixture["\(name).learningRate"]).array(of: Double.self)
    let momenta = try #require(fixture["\(name).beta1"]).array(of: Double.self)
    let losses = try #require(fixture["\(name).loss"]).array(of: Double.self)
    let peak = try #require(rates.max())
    weight.requiresGrad = true
    bias.requiresGrad = true
    let adam = Adam([weight, bias], learningRate: peak, weightDecay: 1e-5)
    for step in 0..<20 {
      let setting = schedule.settings(step: step, of: total, epoch: 0, rate: peak)
      // The recorded peak may lie between two steps of the cycle.
      #expect(abs(setting.rate - rates[step]) < 2e-3 * peak, "step \(step)")
      #expect(abs(setting.beta1 - momenta[step]) < 1e-3)
      (adam.learningRate, adam.beta1) = (rates[step], momenta[step])
      // Channels-last, so that the gradients come in another layout than the parameters.
      let output = input.contiguous(.channelsLast).convolved2d(weight, bias: bias, padding: 1)
      let loss = (output - target).square().mean() * 0.5
      #expect(abs(loss.item() - losses[step]) < 1e-10)
      adam.step(loss.gradients(of: [weight, bias]).map { $0! })
    }
    let finalWeight = try #require(fixture["\(name).weight"])[19]
    let finalBias = try #require(fixture["\(name).bias"])[19]
    #expect((weight - finalWeight).abs().max().item() < 1e-10)
    #expect((bias - finalBias).abs().max().item() < 1e-10)
  }
}

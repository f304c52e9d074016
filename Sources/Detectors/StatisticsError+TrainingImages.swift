import Inspection
import Statistics

/// Learns a law of the training images by `body`.
///
/// - Throws: ``InspectionError`` about the training images where they have none.
func lawOfTrainingImages<Result>(_ body: () throws(StatisticsError) -> Result)
  throws(InspectionError) -> Result
{
  do { return try body() } catch {
    throw InspectionError("the training images", found: error.found, remedy: error.remedy)
  }
}

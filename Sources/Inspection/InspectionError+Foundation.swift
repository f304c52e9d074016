import Foundation
@_exported import Records

extension InspectionError: LocalizedError {
  public var errorDescription: String? { description }

  /// What the system says is the reason of an error that Foundation throws: `No space left on device`.
  package static func reason(_ error: any Error) -> String {
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(error.code))) }
    if let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error { return reason(cause) }
    return error.localizedDescription
  }
}

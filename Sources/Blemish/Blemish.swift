// One import for those who use detectors.
@_exported import AContrario
@_exported import Backbones
@_exported import Datasets
@_exported import Detectors
@_exported import Imaging
@_exported import Inspection
@_exported import Metrics
@_exported import Reports
@_exported import Statistics
@_exported import Torch
@_exported import Workbench

import AContrario

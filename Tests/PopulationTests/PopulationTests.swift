// PopulationTests

// TreeTests

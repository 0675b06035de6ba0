// RandomTests

// MarginTests

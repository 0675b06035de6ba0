// Random numbers and the functions they need, the same on every machine.
//
// The one duty of this module: a number that depends on seed, stream, purpose and position alone, and
// `exp`, `log` and the normal quantile in plain IEEE arithmetic, so that no result depends on a libm.

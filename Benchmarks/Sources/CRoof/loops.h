// The loops of one level. The including file says what V, LANES, TARGET, NAME and the operations are.

TARGET uint64_t NAME(read)(const void *p, long bytes) {
  const char *at = p, *end = at + bytes;
  I a = I_ZERO, b = a, c = a, d = a;
  for (; at < end; at += 4 * sizeof(I)) {
    a = I_OR(a, I_LOAD(at));
    b = I_OR(b, I_LOAD(at + sizeof(I)));
    c = I_OR(c, I_LOAD(at + 2 * sizeof(I)));
    d = I_OR(d, I_LOAD(at + 3 * sizeof(I)));
  }
  uint64_t parts[sizeof(I) / 8], all = 0;
  I_STORE(parts, I_OR(I_OR(a, b), I_OR(c, d)));
  for (size_t i = 0; i < sizeof(I) / 8; i++) all |= parts[i];
  return all;
}

// 14 chains in registers, which hide the time that an operation takes; two more hold the operands.
#define CHAINS(step)                                                                               \
  double start[14 * LANES];                                                                        \
  for (int i = 0; i < 14 * LANES; i++) start[i] = 1 + 0.001 * i;                                    \
  V a = LOAD(start), b = LOAD(start + LANES), c = LOAD(start + 2 * LANES), d = LOAD(start + 3 * LANES); \
  V e = LOAD(start + 4 * LANES), f = LOAD(start + 5 * LANES), g = LOAD(start + 6 * LANES);          \
  V h = LOAD(start + 7 * LANES), k = LOAD(start + 8 * LANES), l = LOAD(start + 9 * LANES);          \
  V m = LOAD(start + 10 * LANES), n = LOAD(start + 11 * LANES), p = LOAD(start + 12 * LANES);       \
  V q = LOAD(start + 13 * LANES);                                                                   \
  const V x = SPLAT(0.999999), y = SPLAT(1e-6);                                                     \
  for (long i = 0; i < count; i++) {                                                                \
    step(a); step(b); step(c); step(d); step(e); step(f); step(g); step(h); step(k); step(l);       \
    step(m); step(n); step(p); step(q);                                                             \
    __asm__ volatile("" : REG(a), REG(b), REG(c), REG(d), REG(e), REG(f), REG(g), REG(h), REG(k),   \
                     REG(l), REG(m), REG(n), REG(p), REG(q));                                       \
  }                                                                                                 \
  V sum = ADD(ADD(ADD(a, b), ADD(c, d)), ADD(ADD(e, f), ADD(g, h)));                                \
  sum = ADD(sum, ADD(ADD(ADD(k, l), ADD(m, n)), ADD(p, q)));                                        \
  double parts[LANES];                                                                              \
  STORE(parts, sum);                                                                                \
  return parts[0] + parts[LANES - 1];
#define REG(v) "+" REGISTER(v)
#define REGISTER(v) "x"(v)

#define MULADD_STEP(v) v = ADD(MUL(v, x), y)
TARGET double NAME(muladd)(long count) { CHAINS(MULADD_STEP) }
#define FMA_STEP(v) v = FMA(v, x, y)
TARGET double NAME(fma)(long count) { CHAINS(FMA_STEP) }
#define MIN_STEP(v) v = MAX(MIN(v, x), y)
TARGET double NAME(min)(long count) { CHAINS(MIN_STEP) }

// Checks of lines of three coefficients, all in registers; the compiler must not know that they are all the same.
#define CHECK(kept)                                                                \
  __asm__ volatile("" : REG(x), REG(y), REG(z));                                   \
  kept = KEEP_ABOVE(kept, ADD(MUL(b, y), ADD(MUL(a, x), k)), MUL(c, z))
TARGET uint64_t NAME(check)(long count) {
  V k = SPLAT(9), a = SPLAT(0.1), b = SPLAT(0.2), c = SPLAT(0.3), x = SPLAT(1), y = SPLAT(2), z = SPLAT(3);
  KEPT p = ALL, q = ALL, r = ALL, s = ALL;
  for (long i = 0; i < count; i++) {
    CHECK(p); CHECK(q); CHECK(r); CHECK(s);
  }
  return ANY(p) + ANY(q) + ANY(r) + ANY(s);
}

#undef CHECK
#undef KEPT
#undef ALL
#undef ANY
#undef KEEP_ABOVE
#undef MULADD_STEP
#undef FMA_STEP
#undef MIN_STEP
#undef CHAINS
#undef REG
#undef REGISTER
#undef V
#undef I
#undef LANES
#undef TARGET
#undef NAME
#undef LOAD
#undef STORE
#undef SPLAT
#undef ADD
#undef MUL
#undef FMA
#undef MIN
#undef MAX
#undef I_ZERO
#undef I_OR
#undef I_LOAD
#undef I_STORE

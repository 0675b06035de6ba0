// What the two halves of the C++ competitor share.
#pragma once

#include <cstddef>
#include <vector>

constexpr std::size_t instruments = 3;
// Instants of a stretch: three columns of marks stay in the L1 cache.
constexpr std::size_t stretch = 1024;
// Accounts that share a stretch before the next one is fetched from memory, and that a thread takes at a time.
constexpr std::size_t block = 128;

using std::size_t;

struct Bracket {
  double floor, rate, amount;
};

struct Account {
  double balance, quantity[instruments], entry[instruments];
};

/// Columns of marks by instant, and of the lowest and highest mark by stretch. Stretches begin at instant 1.
struct Market {
  size_t instants;
  const double* marks[instruments];
  std::vector<double> lows[instruments], highs[instruments];
  std::vector<Bracket> brackets[instruments];
};

/// Whether equity comes near the largest of all bracket lines between two instants.
bool is_near_plain(const Market& market, size_t begin, size_t end, const Account& account);

/// The same with one line for all instruments where no notional changes its bracket.
bool is_near_tuned(const Market& market, size_t begin, size_t end, const Account& account);

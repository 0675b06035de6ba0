// The searches of the C++ competitor: does equity come near maintenance margin within a stretch of instants?
//
// Plain loops over arrays, of which the compiler makes vectors: -O3 -march=native -ffast-math.
#include "soa.hpp"

#include <algorithm>
#include <cmath>

// How near equity must come to be decided, as a share of what is added up: far above any rounding.
constexpr double doubt = 1e-9;

bool is_near_plain(const Market& market, size_t begin, size_t end, const Account& account) {
  double slack[stretch], largest[stretch];
  const size_t count = end - begin;
  double scale = std::fabs(account.balance);
  for (size_t k = 0; k < count; ++k) slack[k] = account.balance;
  for (size_t place = 0; place < instruments; ++place) {
    const double* marks = market.marks[place] + begin;
    const double quantity = account.quantity[place], entry = account.entry[place], size = std::fabs(quantity);
    scale += size * entry;
    for (size_t k = 0; k < count; ++k) largest[k] = 0;
    for (const Bracket& row : market.brackets[place]) {
      const double slope = size * row.rate, amount = row.amount;
      for (size_t k = 0; k < count; ++k) largest[k] = std::max(largest[k], slope * marks[k] - amount);
    }
    for (size_t k = 0; k < count; ++k) slack[k] += quantity * (marks[k] - entry) - largest[k];
  }
  bool near = false;
  for (size_t k = 0; k < count; ++k) near |= slack[k] <= doubt * scale;
  return near;
}

bool is_near_tuned(const Market& market, size_t begin, size_t end, const Account& account) {
  const size_t number = (begin - 1) / stretch;
  double constant = account.balance, scale = std::fabs(account.balance), slope[instruments];
  for (size_t place = 0; place < instruments; ++place) {
    const double quantity = account.quantity[place], entry = account.entry[place], size = std::fabs(quantity);
    const auto& rows = market.brackets[place];
    const double lowest = size * market.lows[place][number], highest = size * market.highs[place][number];
    size_t row = 0;
    while (row + 1 < rows.size() && lowest > rows[row + 1].floor) ++row;
    // The notional changes its bracket within the stretch.
    if (row + 1 < rows.size() && highest > rows[row + 1].floor)
      return is_near_plain(market, begin, end, account);
    slope[place] = quantity - size * rows[row].rate;
    constant += rows[row].amount - quantity * entry;
    scale += size * entry;
  }
  const double limit = doubt * scale - constant;
  const double *first = market.marks[0], *second = market.marks[1], *third = market.marks[2];
  unsigned long near = 0;
  for (size_t k = begin; k < end; ++k)
    near |= slope[0] * first[k] + slope[1] * second[k] + slope[2] * third[k] <= limit;
  return near != 0;
}

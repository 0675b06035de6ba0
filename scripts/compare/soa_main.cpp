// The C++ competitor: reads columns, searches them on some threads, writes the first liquidations.
//
// usage: soa FOLDER plain|tuned INSTANTS THREADS    prints the seconds of the search, files not counted
//
// FOLDER holds marks, balance, quantity and entry as doubles, instrument after instrument, and brackets as text.
// It gets the file first, 64-bit integers: the instant, or -1. Compiled with -O3 -march=native -ffp-contract=off.
#include "soa.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

namespace {

std::vector<double> read_column(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<double> values(file ? static_cast<size_t>(file.tellg()) / sizeof(double) : 0);
  file.seekg(0);
  if (!file.read(reinterpret_cast<char*>(values.data()), std::streamsize(values.size() * sizeof(double)))) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    std::exit(1);
  }
  return values;
}

/// A line for each instrument: the number of rows, then floor, rate and amount of each.
void read_brackets(const std::string& path, Market& market) {
  std::ifstream file(path);
  for (auto& rows : market.brackets) {
    size_t count = 0;
    file >> count;
    rows.resize(count);
    for (auto& row : rows) file >> row.floor >> row.rate >> row.amount;
  }
  if (!file) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    std::exit(1);
  }
}

void find_ranges(Market& market) {
  for (size_t place = 0; place < instruments; ++place)
    for (size_t begin = 1; begin < market.instants; begin += stretch) {
      const double* marks = market.marks[place];
      const size_t end = std::min(begin + stretch, market.instants);
      const auto [low, high] = std::minmax_element(marks + begin, marks + end);
      market.lows[place].push_back(*low);
      market.highs[place].push_back(*high);
    }
}

/// The first instant at which equity <= maintenance margin, in the program's order of additions; or -1.
int64_t first_hit(const Market& market, size_t begin, size_t end, const Account& account) {
  for (size_t instant = begin; instant < end; ++instant) {
    double pnl = 0, maintenance = 0;
    for (size_t place = 0; place < instruments; ++place) {
      const double price = market.marks[place][instant];
      pnl += account.quantity[place] * (price - account.entry[place]);
      const double notional = std::fabs(account.quantity[place]) * price;
      double largest = 0;
      for (const Bracket& row : market.brackets[place])
        largest = std::max(largest, notional * row.rate - row.amount);
      maintenance += largest;
    }
    if (account.balance + pnl <= maintenance) return int64_t(instant);
  }
  return -1;
}

/// The first hits of a block of accounts, a stretch at a time for all of them.
void replay(const Market& market, const Account* accounts, size_t count, bool tuned, int64_t* first) {
  std::fill_n(first, count, -1);
  for (size_t begin = 1; begin < market.instants; begin += stretch) {
    const size_t end = std::min(begin + stretch, market.instants);
    for (size_t number = 0; number < count; ++number) {
      if (first[number] >= 0) continue;
      const Account& account = accounts[number];
      const bool near =
          tuned ? is_near_tuned(market, begin, end, account) : is_near_plain(market, begin, end, account);
      if (near) first[number] = first_hit(market, begin, end, account);
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) return 64;
  const std::string folder = std::string(arguments[1]) + "/";
  const bool tuned = arguments[2] == std::string("tuned");
  const auto marks = read_column(folder + "marks"), balance = read_column(folder + "balance"),
             quantity = read_column(folder + "quantity"), entry = read_column(folder + "entry");
  Market market;
  read_brackets(folder + "brackets", market);
  const size_t stored = marks.size() / instruments, accounts = balance.size();
  market.instants = std::min(stored, size_t(std::strtoull(arguments[3], nullptr, 10)));
  for (size_t place = 0; place < instruments; ++place) market.marks[place] = marks.data() + place * stored;

  std::vector<Account> book(accounts);
  for (size_t number = 0; number < accounts; ++number) {
    book[number].balance = balance[number];
    for (size_t place = 0; place < instruments; ++place) {
      book[number].quantity[place] = quantity[place * accounts + number];
      book[number].entry[place] = entry[place * accounts + number];
    }
  }
  std::vector<int64_t> first(accounts);
  const auto began = std::chrono::steady_clock::now();
  find_ranges(market);
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t number; (number = next.fetch_add(block)) < accounts;)
      replay(market, &book[number], std::min(block, accounts - number), tuned, &first[number]);
  };
  std::vector<std::thread> threads;
  for (long thread = 1; thread < std::strtol(arguments[4], nullptr, 10); ++thread) threads.emplace_back(work);
  work();
  for (auto& thread : threads) thread.join();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;

  std::ofstream file(folder + "first", std::ios::binary);
  file.write(reinterpret_cast<const char*>(first.data()), std::streamsize(accounts * sizeof(int64_t)));
  if (!file.flush()) return 1;
  std::printf("%.9f\n", seconds.count());
}

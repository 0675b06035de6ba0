# Sourced by the scripts that replay May 2021: imports its recorded candles and funding rates, or makes ticks of
# its shape.
# shellcheck shell=bash

# import_candles DATA_DIR FOLDER: makes btc.ticks.zst, eth.ticks.zst and bnb.ticks.zst in FOLDER.
# Needs setup.sh, and build_release before it.
import_candles() {
  local candles=$1/crash-2021-05-19-spot-1m/csv folder=$2 coin rates inputs
  for coin in BTC ETH BNB; do
    inputs=("$candles/${coin}USDT-"*.csv)
    [ -e "${inputs[0]}" ] || die "$candles: no candles of ${coin}USDT"
    # There are no recorded rates of BNB for that month.
    for rates in "$1/funding/${coin}USDT-funding-"*-utc.csv; do
      [ -e "$rates" ] && inputs+=("$rates")
    done
    say "Importing ${coin}USDT."
    # build_release sets it.
    # shellcheck disable=SC2154
    "$program" ticks import "${inputs[@]}" --out "$folder/${coin,,}.ticks.zst" --force >&2
  done
}

# generate_crash FOLDER [RATE]: the same files with the ticks of a synthetic crash, from 16 to 19 May; RATE trades a
# second of each instrument.
generate_crash() {
  local coin
  for coin in BTC ETH BNB; do
    "$program" ticks generate --scenario crash-2021-05-19 --instrument "${coin}USDT" \
      --from 2021-05-16T00:00:00Z --duration 4d --step 1m --rate "${2:-0.02}" --no-mark \
      --out "$1/${coin,,}.ticks.zst" --force >&2
  done
}

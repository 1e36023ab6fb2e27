// SPDX-License-Identifier: Apache-2.0
#include "model/energy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "golden/error.hpp"

namespace gradloom::model {
namespace {

constexpr double kBitsOfKbyte = 8.0 * 1024.0;

struct Point {
  double x = 0;
  double y = 0;
};

/// The line through a and b in logarithms of both axes; straight in y if one of them is 0 there.
double between(const Point& a, const Point& b, double x) {
  const double part = std::log(x / a.x) / std::log(b.x / a.x);
  if (a.y <= 0 || b.y <= 0) return a.y + part * (b.y - a.y);
  return a.y * std::pow(b.y / a.y, part);
}

/// `points` have rising x. Outside of them the first or the last y.
double interpolate(const std::vector<Point>& points, double x) {
  if (x <= points.front().x) return points.front().y;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (x <= points[i].x) return between(points[i - 1], points[i], x);
  }
  return points.back().y;
}

double hold_pj(const Config& config, const EnergyTable& table, const Words& words) {
  if (words.total() == 0) return 0;
  const double ram_bits = static_cast<double>(config.buffers.delta_hold) * config.operand_bits;
  return static_cast<double>(words.total()) * config.operand_bits * buffer_bit_pj(table, ram_bits);
}

double words_pj(const Config& config, const EnergyTable& table, Buffer buffer,
                const Words& buffer_words) {
  if (buffer_words.total() == 0) return 0;
  const int bits = word_bits(config, buffer);
  const double ram_bits = static_cast<double>(depth(config, buffer)) * bits;
  return static_cast<double>(buffer_words.total()) * bits * buffer_bit_pj(table, ram_bits);
}

}  // namespace

double mac_pj(const EnergyTable& table, int operand_bits, bool interleaved) {
  const int least = table.macs.front().bits;
  const int most = table.macs.back().bits;
  if (operand_bits < least || operand_bits > most) {
    throw InputError(fmt::format("energy table {}: mac: found no format for int{}, allowed int{}{}",
                                 table.name, operand_bits, least,
                                 least == most ? "" : fmt::format(" to int{}", most)));
  }
  std::vector<Point> points;
  for (const MacEnergy& mac : table.macs) {
    points.push_back({static_cast<double>(mac.bits), interleaved ? mac.interleaved_pj : mac.pj});
  }
  return interpolate(points, operand_bits);
}

double buffer_bit_pj(const EnergyTable& table, double ram_bits) {
  std::vector<Point> points;
  for (const BufferEnergy& buffer : table.buffers) {
    points.push_back({buffer.kbytes * kBitsOfKbyte, buffer.pj / buffer.bits});
  }
  return interpolate(points, ram_bits);
}

EnergySplit& EnergySplit::operator+=(const EnergySplit& other) {
  mac += other.mac;
  buffer += other.buffer;
  dram += other.dram;
  idle += other.idle;
  return *this;
}

EnergySplit energy(const Config& config, const EnergyTable& table, const Cost& cost,
                   bool interleaved) {
  EnergySplit split;
  split.mac = static_cast<double>(cost.macs) * mac_pj(table, config.operand_bits, interleaved);
  split.buffer = hold_pj(config, table, cost.hold);
  const double dram_bit = table.dram.pj / table.dram.bits;
  for (std::size_t i = 0; i < cost.buffer.size(); ++i) {
    const Buffer buffer = static_cast<Buffer>(i);
    split.buffer += words_pj(config, table, buffer, cost.buffer[i]);
    split.dram += static_cast<double>(cost.dram[i].total()) * word_bits(config, buffer) * dram_bit;
  }
  const double pe_cycles = static_cast<double>(cost.cycles) * config.rows * config.cols;
  split.idle = std::max(pe_cycles - static_cast<double>(cost.macs), 0.0) * table.idle.pj;
  return split;
}

bool interleaved_macs(Op op, ModelSchedule schedule) {
  return op == Op::backward && schedule == ModelSchedule::interleaved;
}

double energy_pj(const Config& config, const EnergyTable& table, const Cost& cost,
                 bool interleaved) {
  return energy(config, table, cost, interleaved).total();
}

}  // namespace gradloom::model

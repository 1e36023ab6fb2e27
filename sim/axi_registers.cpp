// SPDX-License-Identifier: Apache-2.0
#include "sim/axi_registers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace gradloom {
namespace {

constexpr std::uint64_t kAccessStream = 0xA41C;
constexpr std::uint32_t kAddresses = 0x1000;
constexpr std::uint32_t kStart = 1;

std::uint32_t mask_of(const BusRegister& reg) {
  std::uint32_t mask = 0;
  for (const RegisterField& field : reg.fields) {
    const std::uint32_t ones = field.width == 32 ? ~0U : (1U << field.width) - 1;
    mask |= ones << field.lsb;
  }
  return mask;
}

bool write_one_clears(const BusRegister& reg) { return reg.fields.front().write_one; }

std::string text_of(const AxiLiteAccess& access) {
  if (!access.write) return fmt::format("read of 0x{:03x}", access.address);
  return fmt::format("write of 0x{:08x} to 0x{:03x}, strobes {:04b}", access.data, access.address,
                     access.strobe);
}

// Plays accesses on the bench and the model alike.
class Player {
 public:
  Player(AxiBench& bench, RegisterModel& model) : bench_(bench), model_(model) {}

  // One access alone: response and data must be those of the model.
  void play(const AxiLiteAccess& access) {
    compare(bench_.access(access), access.write ? std::nullopt : model_.value(access.address));
    model_.carry_out(access, false, false);
  }
  void read(std::uint32_t address) { play({false, address, 0, 0xF}); }
  void write(std::uint32_t address, std::uint32_t data) { play({true, address, data, 0xF}); }

  // All at once. Reads and writes overtake each other, so only responses and what nothing changes
  // can be told.
  void play_at_once(const std::vector<AxiLiteAccess>& accesses) {
    for (const AxiLiteAccess& access : accesses) bench_.host().add(access);
    while (!bench_.host().idle()) bench_.cycle();
    const std::vector<AxiLiteAnswer> answers = bench_.host().take_answers();
    if (answers.size() != accesses.size()) {
      throw CheckError(
          fmt::format("s_axil: {} accesses, {} answers", accesses.size(), answers.size()), {});
    }
    for (const AxiLiteAnswer& answer : answers) compare(answer, std::nullopt);
    for (const AxiLiteAccess& access : accesses) model_.carry_out(access, false, false);
  }

  std::int64_t count() const { return count_; }

 private:
  void compare(const AxiLiteAnswer& answer, std::optional<std::uint32_t> data) {
    ++count_;
    const bool refused = model_.refused(answer.access, false, false);
    const AxiResponse expected = refused ? AxiResponse::slverr : AxiResponse::okay;
    if (answer.response != expected) {
      throw CheckError(
          fmt::format("s_axil: {}: expected response {}, got {}", text_of(answer.access),
                      static_cast<int>(expected), static_cast<int>(answer.response)),
          {});
    }
    if (refused || !data || *data == answer.data) return;
    throw CheckError(fmt::format("s_axil: {}: expected 0x{:08x}, got 0x{:08x}",
                                 text_of(answer.access), *data, answer.data),
                     {});
  }

  AxiBench& bench_;
  RegisterModel& model_;
  std::int64_t count_ = 0;
};

void read_all(Player& player, const RegisterModel& model) {
  for (const BusRegister& reg : model.registers()) {
    player.read(static_cast<std::uint32_t>(reg.address));
  }
}

void write_all(Player& player, const RegisterModel& model) {
  for (const BusRegister& reg : model.registers()) {
    if (reg.access == Access::write) continue;  // CONTROL
    const auto address = static_cast<std::uint32_t>(reg.address);
    for (const std::uint32_t data : {0xFFFFFFFFU, 0xA5C3F00FU, 0U}) {
      player.write(address, data);
      player.read(address);
    }
  }
}

// Every address that is not a register, every address that is not a multiple of 4, every strobe.
void refuse_all(Player& player, const RegisterModel& model) {
  for (std::uint32_t address = 0; address < kAddresses; address += 4) {
    if (!model.refused({false, address, 0, 0xF}, false, false)) continue;
    player.read(address);
    player.write(address, 0xFFFFFFFF);
  }
  for (const BusRegister& reg : model.registers()) {
    const auto address = static_cast<std::uint32_t>(reg.address);
    for (std::uint32_t low = 1; low < 4; ++low) {
      player.read(address + low);
      player.write(address + low, 0xFFFFFFFF);
    }
    for (std::uint32_t strobe = 0; strobe < 0xF; ++strobe) {
      player.play({true, address, 0xFFFFFFFF, strobe});
    }
  }
}

}  // namespace

RegisterModel::RegisterModel(const Config& config, std::uint64_t config_hash)
    : registers_(bus_register_map(config, config_hash)) {
  for (const BusRegister& reg : registers_) {
    values_[static_cast<std::uint32_t>(reg.address)] = reg.reset;
  }
}

const BusRegister* RegisterModel::find(std::uint32_t address) const {
  const auto found = std::find_if(
      registers_.begin(), registers_.end(),
      [&](const BusRegister& reg) { return static_cast<std::uint32_t>(reg.address) == address; });
  return found == registers_.end() ? nullptr : &*found;
}

bool RegisterModel::refused(const AxiLiteAccess& access, bool running, bool draining) const {
  const BusRegister* reg = find(access.address);  // none at an address that is not a multiple of 4
  if (reg == nullptr) return true;
  if (!access.write) return false;
  if (access.strobe != 0xF || reg->access == Access::read) return true;
  if (reg->locked && running) return true;
  return reg->name == "CONTROL" && (access.data & kStart) != 0 && (running || draining);
}

void RegisterModel::carry_out(const AxiLiteAccess& access, bool running, bool draining) {
  if (refused(access, running, draining)) {
    ++errors_;
    return;
  }
  if (!access.write) return;
  const BusRegister& reg = *find(access.address);
  std::uint32_t& value = values_[access.address];
  if (reg.name == "CLEAR") {
    errors_ = 0;
  } else if (reg.access == Access::read_write) {
    value = write_one_clears(reg) ? value & ~access.data : access.data & mask_of(reg);
  }
}

std::optional<std::uint32_t> RegisterModel::value(std::uint32_t address) const {
  const BusRegister* reg = find(address);
  if (reg == nullptr) return std::nullopt;
  return reg->name == "HOST_ERRORS" ? errors_ : values_.at(address);
}

AxiLiteAccess random_access(const RegisterModel& model, Prng& prng) {
  const auto pick = [&](std::uint64_t count) {
    return static_cast<std::uint32_t>(below(prng, count));
  };
  AxiLiteAccess access;
  access.write = pick(2) != 0;
  const BusRegister& reg = model.registers().at(pick(model.registers().size()));
  access.address = static_cast<std::uint32_t>(reg.address);
  access.data = static_cast<std::uint32_t>(prng());
  switch (pick(12)) {
    case 0: access.address = pick(kAddresses); break;
    case 1: access.address += 1 + pick(3); break;
    case 2: access.strobe = pick(16); break;
    default: break;
  }
  // A write at 0x100, whatever its strobes, starts and stops nothing.
  if (access.address == 0x100) access.data &= ~3U;
  return access;
}

std::int64_t check_registers(AxiBench& bench, const Config& config, std::uint64_t config_hash,
                             std::uint64_t seed, int storm) {
  RegisterModel model(config, config_hash);
  Player player(bench, model);
  Prng prng = make_prng(seed, kAccessStream);
  read_all(player, model);
  write_all(player, model);
  refuse_all(player, model);
  read_all(player, model);
  for (int i = 0; i < storm; ++i) player.play(random_access(model, prng));
  player.write(0x018, 0);  // CLEAR: HOST_ERRORS starts from 0
  player.read(0x014);
  std::vector<AxiLiteAccess> accesses;
  for (int i = 0; i < storm; ++i) {
    AxiLiteAccess access = random_access(model, prng);
    // A CLEAR would make the number of errors depend on the order.
    if (access.write && access.address == 0x018) access.write = false;
    accesses.push_back(access);
  }
  player.play_at_once(accesses);
  read_all(player, model);
  return player.count();
}

}  // namespace gradloom

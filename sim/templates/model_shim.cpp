// SPDX-License-Identifier: Apache-2.0
// Between gradloom and the Verilated <%name%>_top: made by gradloom <%version%>, configuration <%config_hash%>.
#include <memory>

#include "Vdut.h"
#include "verilated.h"
#ifdef GRADLOOM_WAVES
#include "verilated_fst_c.h"
#endif
#ifdef GRADLOOM_COVERAGE
#include "verilated_cov.h"
#endif
#ifdef GRADLOOM_REGISTERS
#include "verilated_syms.h"
#endif

namespace {

struct Model {
  VerilatedContext context;
  std::unique_ptr<Vdut> dut;
#ifdef GRADLOOM_WAVES
  std::unique_ptr<VerilatedFstC> waves;
#endif
};

}  // namespace

extern "C" {

struct gradloom_pin {
  const char* name;
  void* data;
  int width;
  int input;
};

// Storage as that of a pin; a memory has more than one word, each of `bytes`.
struct gradloom_register {
  const char* scope;
  const char* name;
  void* data;
  int width;
  int words;
  int bytes;
};

unsigned gradloom_shim_version() { return 2; }

// seed >= 1; random_reset: 0 all zero, 1 all ones, 2 random.
void* gradloom_new(int seed, int random_reset) {
  auto model = std::make_unique<Model>();
  model->context.randSeed(seed);
  model->context.randReset(random_reset);
  model->context.traceEverOn(true);
  model->dut = std::make_unique<Vdut>(&model->context, "TOP");
  return model.release();
}

int gradloom_pins(void* handle, gradloom_pin* pins, int capacity) {
  Vdut& dut = *static_cast<Model*>(handle)->dut;
  const gradloom_pin table[] = {
<%#ports%>
      {"<%name%>", &dut.<%name%>, <%width%>, <%#input%>1<%/input%><%^input%>0<%/input%>},
<%/ports%>
<%#trace_ports%>
      {"<%name%>", &dut.<%name%>, <%width%>, 0},
<%/trace_ports%>
<%#mutants%>
      {"gradloom_mutant_i", &dut.gradloom_mutant_i, <%mutant_bits%>, 1},
<%/mutants%>
  };
  const int count = static_cast<int>(sizeof table / sizeof table[0]);
  for (int i = 0; i < count && i < capacity; ++i) pins[i] = table[i];
  return count;
}

void gradloom_eval(void* handle) { static_cast<Model*>(handle)->dut->eval(); }

int gradloom_waves(void* handle, const char* path) {
#ifdef GRADLOOM_WAVES
  Model& model = *static_cast<Model*>(handle);
  model.waves = std::make_unique<VerilatedFstC>();
  model.dut->trace(model.waves.get(), 99);
  model.waves->open(path);
  return model.waves->isOpen() ? 1 : 0;
#else
  (void)handle;
  (void)path;
  return 0;
#endif
}

void gradloom_dump(void* handle, unsigned long long time) {
#ifdef GRADLOOM_WAVES
  Model& model = *static_cast<Model*>(handle);
  if (model.waves) model.waves->dump(static_cast<uint64_t>(time));
#else
  (void)handle;
  (void)time;
#endif
}

// Returns how many there are; tells `visit` of each.
int gradloom_registers(void* handle, void (*visit)(void*, const gradloom_register*), void* self) {
  int count = 0;
#ifdef GRADLOOM_REGISTERS
  const VerilatedScopeNameMap* scopes = static_cast<Model*>(handle)->context.scopeNameMap();
  for (const auto& scope : *scopes) {
    if (scope.second->varsp() == nullptr) continue;
    for (auto& entry : *scope.second->varsp()) {
      VerilatedVar& var = entry.second;
      const int words = var.udims() > 0 ? var.unpacked().elements() : 1;
      const gradloom_register found = {scope.second->name(),
                                       entry.first,
                                       var.datap(),
                                       var.packed().elements(),
                                       words,
                                       static_cast<int>(var.entSize())};
      visit(self, &found);
      ++count;
    }
  }
#else
  (void)handle;
  (void)visit;
  (void)self;
#endif
  return count;
}

// The counts of this instance, in Verilator's format.
int gradloom_coverage(void* handle, const char* path) {
#ifdef GRADLOOM_COVERAGE
  static_cast<Model*>(handle)->context.coveragep()->write(path);
  return 1;
#else
  (void)handle;
  (void)path;
  return 0;
#endif
}

void gradloom_delete(void* handle) {
  Model* model = static_cast<Model*>(handle);
#ifdef GRADLOOM_WAVES
  if (model->waves) model->waves->close();
#endif
  model->dut->final();
  delete model;
}

}  // extern "C"
